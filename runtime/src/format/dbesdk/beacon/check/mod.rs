//! Validates a configuration, which becomes [`Beacons`] if it is consistent and matches the actions of the attributes.
//!
//! It accepts the configurations that AWS's clients accept, except for those whose values these clients do not find.

mod compound;
mod standard;

use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::RESERVED_PREFIX;
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::BeaconSchema;

use super::Beacons;
use super::location::Location;

/// The maximum number of partitions that AWS's clients accept, although their documentation states 255.
const MAX_PARTITIONS: u8 = 254;

impl Beacons {
    /// Creates the beacons of items with these actions.
    ///
    /// # Errors
    /// `Usage` if the configuration contradicts itself or the actions.
    pub(crate) fn new(schema: &BeaconSchema, actions: &AttributeActions) -> Result<Self> {
        let partitions = check_partitions(schema)?;
        check_names(schema, actions)?;
        check_virtual_fields(schema, actions)?;
        check_tenant(schema, actions)?;
        let mut key_names = Vec::new();
        let standard = standard::check(schema, actions, &mut key_names)?;
        let compound = compound::check(schema, actions)?;
        Ok(Self { standard, compound, key_names, partitions, tenant: schema.tenant.clone() })
    }
}

/// Returns the number of partitions of items.
fn check_partitions(schema: &BeaconSchema) -> Result<u8> {
    let partitions = schema.partitions.unwrap_or(1);
    if !(1..=MAX_PARTITIONS).contains(&partitions) {
        return Err(Error::new(ErrorKind::Usage, "the number of partitions is 1 to 254"));
    }
    match schema.default_partitions {
        Some(count) if count == 0 || count >= partitions => Err(Error::new(
            ErrorKind::Usage,
            format!(
                "the default number of partitions is at least 1 and less than the number of partitions, {partitions}"
            ),
        )),
        _ => Ok(partitions),
    }
}

/// Checks that every name is used once.
fn check_names(schema: &BeaconSchema, actions: &AttributeActions) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in schema.names() {
        if !seen.insert(name) {
            return Err(refused(name, "two beacons have this name"));
        }
        check_name(name, actions)?;
        if actions.declares(name) && actions.action(name) != AttributeAction::EncryptAndSign {
            return Err(refused(
                name,
                "a beacon has the name of an attribute that is not encrypted; name it otherwise",
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for field in &schema.virtual_fields {
        check_name(&field.name, actions)?;
        if !seen.insert(&field.name) {
            return Err(refused(&field.name, "two virtual fields have this name"));
        }
        if actions.declares(&field.name) {
            return Err(refused(&field.name, "a virtual field has the name of an attribute; name it otherwise"));
        }
    }
    Ok(())
}

fn check_name(name: &str, actions: &AttributeActions) -> Result<()> {
    if name.is_empty() {
        return Err(refused(name, "the name of a beacon or virtual field is empty"));
    }
    if name.starts_with(RESERVED_PREFIX) {
        return Err(refused(name, "names that begin with `aws_dbe_` are reserved"));
    }
    if actions.has_unsigned_prefix(name) {
        return Err(refused(name, "the name begins with the prefix of unsigned attributes; name it otherwise"));
    }
    Ok(())
}

/// Checks that virtual fields contain no unsigned values, and that no two have the same sources.
fn check_virtual_fields(schema: &BeaconSchema, actions: &AttributeActions) -> Result<()> {
    let mut seen: Vec<(BTreeSet<&str>, &str)> = Vec::new();
    for field in &schema.virtual_fields {
        if field.parts.is_empty() {
            return Err(refused(&field.name, "the virtual field has no parts"));
        }
        for part in &field.parts {
            let location = locate(&part.location, &field.name)?;
            if actions.action(location.attribute()) == AttributeAction::DoNothing {
                return Err(refused(
                    &field.name,
                    format!("the virtual field uses `{}`, which is not signed", part.location),
                ));
            }
            standard::check_transforms(part, &field.name)?;
        }
        let locations: BTreeSet<&str> = field.parts.iter().map(|part| part.location.as_str()).collect();
        let same = seen.iter().find(|(others, _)| *others == locations);
        if let Some((_, other)) = same
            && !(is_extension(schema, &field.name) || is_extension(schema, other))
        {
            return Err(refused(
                &field.name,
                format!("the virtual field uses the same values as `{other}`, {EXTENSION}"),
            ));
        }
        seen.push((locations, &field.name));
    }
    Ok(())
}

/// The reason why two beacons of the same value must be marked.
const EXTENSION: &str = "for which AWS's clients cannot be configured; mark the beacon as an extension if they need not write the \
                         items";

/// Returns true if a beacon of this virtual field or location is an extension.
fn is_extension(schema: &BeaconSchema, location: &str) -> bool {
    schema.standard.iter().any(|beacon| beacon.extension && beacon.location_text() == location)
}

/// Checks that the attribute of the tenant is sign-only.
fn check_tenant(schema: &BeaconSchema, actions: &AttributeActions) -> Result<()> {
    let Some(tenant) = &schema.tenant else { return Ok(()) };
    let is_beacon = schema.names().any(|name| name == tenant);
    if is_beacon || schema.virtual_fields.iter().any(|field| field.name == *tenant) {
        return Err(refused(tenant, "the attribute that names the tenant is a beacon or a virtual field"));
    }
    match actions.action(tenant) {
        AttributeAction::EncryptAndSign | AttributeAction::DoNothing => Err(refused(
            tenant,
            "the attribute that names the tenant must be signed and readable: give it the action `SignOnly` or \
             `SignAndIncludeInEncryptionContext`",
        )),
        _ => Ok(()),
    }
}

/// Parses the location of the object with this name.
fn locate(text: &str, name: &str) -> Result<Location> {
    Location::parse(text).map_err(|error| refused(name, format!("`{text}` is not the location of a value: {error}")))
}

fn refused(name: &str, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message).with_attribute(name)
}
