//! The rules for standard beacons.

use crate::error::Result;
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::{BeaconSchema, BeaconStyle, StandardBeacon, Terms, Transform, VirtualField, VirtualPart};

use super::super::{Source, Standard, Stored, attribute_of};
use super::{EXTENSION, locate, refused};

/// The most lengths of prefixes.
const MAX_PREFIXES: u8 = 25;

/// Returns the standard beacons, and the names of their keys.
pub(super) fn check(
    schema: &BeaconSchema,
    actions: &AttributeActions,
    key_names: &mut Vec<String>,
) -> Result<Vec<Standard>> {
    if schema.standard.is_empty() {
        return Err(refused("", "at least one standard beacon is required"));
    }
    let mut beacons = Vec::with_capacity(schema.standard.len());
    for (position, beacon) in schema.standard.iter().enumerate() {
        check_bits(beacon)?;
        check_shared(schema, beacon)?;
        check_locations(schema, beacon, schema.standard.get(..position).unwrap_or_default())?;
        check_part_only(schema, beacon)?;
        check_extension(schema, beacon)?;
        let stored = match beacon.style {
            BeaconStyle::PartOnly => Stored::Nothing,
            BeaconStyle::AsSet | BeaconStyle::SharedSet(_) => Stored::HashOfEachMember,
            BeaconStyle::Plain | BeaconStyle::Shared(_) => Stored::Hash,
            BeaconStyle::Terms(terms) => Stored::HashOfEachTerm(terms),
            BeaconStyle::Buckets(width) => Stored::HashOfBucket(width),
        };
        beacons.push(Standard {
            name: beacon.name.clone(),
            attribute: attribute_of(&beacon.name),
            key: key_of(beacon.style.shared_with().unwrap_or(&beacon.name), key_names),
            bits: beacon.bits,
            source: check_source(schema, beacon, actions)?,
            stored,
            partitions: check_partitions(schema, beacon)?,
        });
    }
    Ok(beacons)
}

/// Returns the position of a key, which several beacons can share.
fn key_of(name: &str, names: &mut Vec<String>) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// What AWS's clients do not have is named so, and has its limits.
fn check_extension(schema: &BeaconSchema, beacon: &StandardBeacon) -> Result<()> {
    if !beacon.style.is_extension() {
        return Ok(());
    }
    if !beacon.extension {
        return Err(refused(
            &beacon.name,
            "AWS's clients have no beacons of this style; mark it as an extension if they need not write the items",
        ));
    }
    let is_text = schema.virtual_fields.iter().any(|field| field.name == beacon.location_text());
    match beacon.style {
        BeaconStyle::Terms(Terms::Prefixes { shortest, longest })
            if shortest == 0 || longest < shortest || longest - shortest >= MAX_PREFIXES =>
        {
            Err(refused(&beacon.name, "prefixes have 1 character or more, and there are at most 25 lengths of them"))
        }
        BeaconStyle::Terms(Terms::Ngrams(length)) if !(2..=8).contains(&length) => {
            Err(refused(&beacon.name, "n-grams have 2 to 8 characters"))
        }
        BeaconStyle::Buckets(_) if is_text => {
            Err(refused(&beacon.name, "a virtual field is text, and only numbers have buckets"))
        }
        _ => Ok(()),
    }
}

fn check_bits(beacon: &StandardBeacon) -> Result<()> {
    match beacon.bits {
        1..=63 => Ok(()),
        _ => Err(refused(&beacon.name, "a beacon has 1 to 63 bits")),
    }
}

fn check_partitions(schema: &BeaconSchema, beacon: &StandardBeacon) -> Result<u8> {
    let all = schema.partitions.unwrap_or(1);
    match beacon.partitions {
        None => Ok(schema.default_partitions.unwrap_or(all)),
        Some(count) if count >= 1 && count < all => Ok(count),
        Some(_) => Err(refused(
            &beacon.name,
            format!("a beacon's own number of partitions is at least 1 and less than that of the items, {all}"),
        )),
    }
}

/// Checks that the key of another beacon is only used if both have the same length and the other one uses its own key.
fn check_shared(schema: &BeaconSchema, beacon: &StandardBeacon) -> Result<()> {
    let Some(other) = beacon.style.shared_with() else { return Ok(()) };
    if other == beacon.name {
        return Err(refused(&beacon.name, "the beacon shares the key of itself"));
    }
    let Some(other) = schema.standard.iter().find(|candidate| candidate.name == *other) else {
        return Err(refused(
            &beacon.name,
            format!("the beacon shares the key of `{other}`, which is not a standard beacon"),
        ));
    };
    if other.style.shared_with().is_some() {
        return Err(refused(
            &beacon.name,
            format!("the beacon shares the key of `{}`, which itself shares that of another", other.name),
        ));
    }
    if other.bits != beacon.bits {
        return Err(refused(
            &beacon.name,
            format!(
                "the beacon has {} bits and shares the key of `{}`, which has {}; their hashes would never be equal",
                beacon.bits, other.name, other.bits
            ),
        ));
    }
    Ok(())
}

/// Checks that no two beacons have the same source.
fn check_locations(schema: &BeaconSchema, beacon: &StandardBeacon, before: &[StandardBeacon]) -> Result<()> {
    let location = beacon.location_text();
    let other = before.iter().find(|other| other.location_text() == location && !other.extension);
    if let Some(other) = other.filter(|_| !beacon.extension) {
        return Err(refused(
            &beacon.name,
            format!("the beacon has the same location as `{}`, {EXTENSION}", other.name),
        ));
    }
    let is_same = |field: &&VirtualField| field.parts.iter().all(|part| part.location == location);
    let field = schema.virtual_fields.iter().filter(|field| !super::is_extension(schema, &field.name)).find(is_same);
    match field.filter(|_| !beacon.extension) {
        None => Ok(()),
        Some(field) => Err(refused(
            &beacon.name,
            format!("the beacon has the only location of the virtual field `{}`, {EXTENSION}", field.name),
        )),
    }
}

/// Checks that a part-only beacon is used as a part.
fn check_part_only(schema: &BeaconSchema, beacon: &StandardBeacon) -> Result<()> {
    let names = |name: &str| name == beacon.name;
    let is_part = schema.compound.iter().any(|compound| {
        compound.encrypted.iter().any(|part| names(&part.name))
            || compound.constructors.iter().any(|constructor| constructor.parts.iter().any(|(part, _)| names(part)))
    });
    match beacon.style {
        BeaconStyle::PartOnly if !is_part => {
            Err(refused(&beacon.name, "the beacon is only a part of compound beacons, and no compound beacon has it"))
        }
        _ => Ok(()),
    }
}

/// Checks the source of a beacon, which must contain an encrypted value.
fn check_source(schema: &BeaconSchema, beacon: &StandardBeacon, actions: &AttributeActions) -> Result<Source> {
    let text = beacon.location_text();
    let is_encrypted = |name: &str| actions.action(name) == AttributeAction::EncryptAndSign;
    if let Some(field) = schema.virtual_fields.iter().find(|field| field.name == text) {
        if beacon.style.is_set() {
            return Err(refused(&beacon.name, "a virtual field is text, and not a set"));
        }
        let mut parts = Vec::with_capacity(field.parts.len());
        for part in &field.parts {
            parts.push((locate(&part.location, &field.name)?, part.transforms.clone()));
        }
        if !parts.iter().any(|(location, _)| is_encrypted(location.attribute())) {
            return Err(refused(&beacon.name, "the beacon uses a virtual field without an encrypted value"));
        }
        return Ok(Source::Text(parts));
    }
    let location = locate(text, &beacon.name)?;
    if actions.declares(text) && !location.is_attribute() {
        return Err(refused(&beacon.name, "an attribute whose name contains `.` or `[` cannot have a beacon"));
    }
    if schema.virtual_fields.iter().any(|field| field.name == location.attribute()) {
        return Err(refused(&beacon.name, format!("`{text}` is below a virtual field, which is text")));
    }
    if !is_encrypted(location.attribute()) {
        return Err(refused(
            &beacon.name,
            format!("`{}` is not encrypted, and can be searched without a beacon", location.attribute()),
        ));
    }
    Ok(Source::Value(location))
}

/// Separators are single UTF-16 code units.
pub(super) fn check_transforms(part: &VirtualPart, field: &str) -> Result<()> {
    for transform in &part.transforms {
        if let Transform::Segment(separator, _) | Transform::Segments(separator, ..) = transform
            && separator.len_utf16() != 1
        {
            return Err(refused(field, "the separator of segments is a character up to U+FFFF"));
        }
    }
    Ok(())
}
