//! The rules for compound beacons.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::{BeaconSchema, CompoundBeacon, EncryptedPart, SignedPart};

use super::super::{Compound, Part, PartKind, attribute_of};
use super::{locate, refused};

/// A part that a beacon may or may not use.
struct Named<'a> {
    name: &'a str,
    prefix: &'a str,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Signed(&'a SignedPart),
    /// The position of the standard beacon.
    Encrypted(usize),
}

/// The compound beacons.
pub(super) fn check(schema: &BeaconSchema, actions: &AttributeActions) -> Result<Vec<Compound>> {
    let global = parts(schema, &schema.signed_parts, &schema.encrypted_parts, "")?;
    check_part_names(&global, "")?;
    schema.compound.iter().map(|beacon| check_beacon(schema, beacon, &global, actions)).collect()
}

fn check_beacon(
    schema: &BeaconSchema,
    beacon: &CompoundBeacon,
    global: &[Named<'_>],
    actions: &AttributeActions,
) -> Result<Compound> {
    let name = &beacon.name;
    if beacon.split.len_utf16() != 1 {
        return Err(refused(name, "the separator of the parts is a character up to U+FFFF"));
    }
    let local = parts(schema, &beacon.signed, &beacon.encrypted, name)?;
    check_part_names(&local, name)?;
    if let Some(part) = local.iter().find(|part| global.iter().any(|other| other.name == part.name)) {
        return Err(refused(name, format!("its part `{}` is a part of all compound beacons already", part.name)));
    }
    let known: Vec<&Named<'_>> = local.iter().chain(global).collect();
    let (used, constructors) = constructors(beacon, local.len(), &known)?;
    check_prefixes(beacon, &used)?;
    let is_signed = schema.is_signed(beacon);
    if is_signed && actions.declares(name) {
        return Err(refused(
            name,
            "a beacon of signed parts only is stored as an attribute of its name, which already exists",
        ));
    }
    let parts = used.iter().map(|part| part.check(name, actions)).collect::<Result<_>>()?;
    let attribute = if is_signed { name.clone() } else { attribute_of(name) };
    Ok(Compound { name: name.clone(), attribute, split: beacon.split, parts, constructors })
}

/// Returns the parts of a list, the signed ones first.
fn parts<'a>(
    schema: &BeaconSchema,
    signed: &'a [SignedPart],
    encrypted: &'a [EncryptedPart],
    beacon: &str,
) -> Result<Vec<Named<'a>>> {
    let mut parts = Vec::with_capacity(signed.len() + encrypted.len());
    for part in signed {
        parts.push(Named { name: &part.name, prefix: &part.prefix, kind: Kind::Signed(part) });
    }
    for part in encrypted {
        let Some(position) = schema.standard.iter().position(|standard| standard.name == part.name) else {
            return Err(refused(beacon, format!("the encrypted part `{}` is not a standard beacon", part.name)));
        };
        if schema.standard.get(position).is_some_and(|it| it.style.is_set() || it.style.is_extension()) {
            return Err(refused(beacon, format!("the encrypted part `{}` is not the hash of one value", part.name)));
        }
        parts.push(Named { name: &part.name, prefix: &part.prefix, kind: Kind::Encrypted(position) });
    }
    Ok(parts)
}

/// Checks that names and prefixes are unique.
fn check_part_names(parts: &[Named<'_>], beacon: &str) -> Result<()> {
    let (mut names, mut prefixes) = (BTreeSet::new(), BTreeSet::new());
    for part in parts {
        if !names.insert(part.name) {
            return Err(refused(beacon, format!("two parts have the name `{}`", part.name)));
        }
        if !prefixes.insert(part.prefix) {
            return Err(refused(beacon, format!("two parts have the prefix `{}`", part.prefix)));
        }
    }
    Ok(())
}

/// Returns the parts that a beacon uses, and its constructors as positions in them.
#[expect(clippy::type_complexity, reason = "both are made in one pass")]
fn constructors<'a>(
    beacon: &CompoundBeacon,
    local: usize,
    known: &[&'a Named<'a>],
) -> Result<(Vec<&'a Named<'a>>, Vec<Vec<(usize, bool)>>)> {
    let name = &beacon.name;
    if beacon.constructors.is_empty() {
        let used = known.get(..local).unwrap_or_default().to_vec();
        if used.is_empty() {
            return Err(refused(name, "the compound beacon has neither parts nor constructors"));
        }
        let all = (0..used.len()).map(|part| (part, true)).collect();
        return Ok((used, vec![all]));
    }
    let mut used: Vec<&Named<'_>> = Vec::new();
    let mut constructors = Vec::with_capacity(beacon.constructors.len());
    let mut required_sets = BTreeSet::new();
    for constructor in &beacon.constructors {
        let mut parts: Vec<(usize, bool)> = Vec::with_capacity(constructor.parts.len());
        for (part, is_required) in &constructor.parts {
            let Some(named) = known.iter().find(|named| named.name == part) else {
                return Err(refused(name, format!("a constructor names `{part}`, which is not a part")));
            };
            let position = used.iter().position(|other| other.name == named.name).unwrap_or_else(|| {
                used.push(named);
                used.len() - 1
            });
            if parts.iter().any(|(other, _)| *other == position) {
                return Err(refused(name, format!("a constructor has the part `{part}` twice")));
            }
            parts.push((position, *is_required));
        }
        let required: BTreeSet<usize> = parts.iter().filter(|(_, required)| *required).map(|(part, _)| *part).collect();
        if required.is_empty() {
            return Err(refused(name, "a constructor has no required part"));
        }
        if !required_sets.insert(required) {
            return Err(refused(name, "two constructors require the same parts, so the second one is never used"));
        }
        constructors.push(parts);
    }
    Ok((used, constructors))
}

/// The prefix of a piece identifies its part.
fn check_prefixes(beacon: &CompoundBeacon, parts: &[&Named<'_>]) -> Result<()> {
    for (position, part) in parts.iter().enumerate() {
        if part.prefix.is_empty() {
            return Err(refused(&beacon.name, format!("the prefix of its part `{}` is empty", part.name)));
        }
        if part.prefix.contains(beacon.split) {
            let message = format!("the prefix of its part `{}` contains the separator", part.name);
            return Err(refused(&beacon.name, message));
        }
        let begins =
            |other: &&&Named<'_>| other.prefix.starts_with(part.prefix) || part.prefix.starts_with(other.prefix);
        if let Some(other) = parts.iter().skip(position + 1).find(begins) {
            return Err(refused(
                &beacon.name,
                format!("one of the prefixes of its parts `{}` and `{}` begins with the other", part.name, other.name),
            ));
        }
    }
    Ok(())
}

impl Named<'_> {
    fn check(&self, beacon: &str, actions: &AttributeActions) -> Result<Part> {
        let kind = match self.kind {
            Kind::Encrypted(position) => PartKind::Encrypted(position),
            Kind::Signed(part) => {
                let location = locate(part.location_text(), beacon)?;
                match actions.action(location.attribute()) {
                    AttributeAction::SignOnly | AttributeAction::SignAndIncludeInEncryptionContext => {}
                    _ => {
                        let message = format!("its signed part `{}` is an attribute that is not sign-only", part.name);
                        return Err(refused(beacon, message));
                    }
                }
                PartKind::Signed(location)
            }
        };
        Ok(Part { prefix: self.prefix.to_owned(), kind })
    }
}
