//! Configurations in the notation of the vectors.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::{
    BeaconSchema, BeaconStyle, CompoundBeacon, Constructor, EncryptedPart, SignedPart, StandardBeacon, Transform,
    VirtualField, VirtualPart,
};

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Configuration {
    actions: BTreeMap<String, String>,
    standard: Vec<Standard>,
    #[serde(default)]
    r#virtual: Vec<Virtual>,
    #[serde(default)]
    compound: Vec<Compound>,
    #[serde(default)]
    encrypted_parts: Vec<Part>,
    #[serde(default)]
    signed_parts: Vec<Part>,
    pub(super) multi: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Standard {
    name: String,
    length: u8,
    loc: Option<String>,
    style: Option<Value>,
}

#[derive(Clone, Deserialize)]
struct Virtual {
    name: String,
    parts: Vec<VirtualLocation>,
}

#[derive(Clone, Deserialize)]
struct VirtualLocation {
    loc: String,
    #[serde(default)]
    trans: Vec<Value>,
}

#[derive(Clone, Deserialize)]
struct Compound {
    name: String,
    split: char,
    #[serde(default)]
    encrypted: Vec<Part>,
    #[serde(default)]
    signed: Vec<Part>,
    #[serde(default)]
    constructors: Vec<Vec<(String, bool)>>,
}

#[derive(Clone, Deserialize)]
struct Part {
    name: String,
    prefix: String,
    loc: Option<String>,
}

impl Configuration {
    pub(super) fn actions(&self) -> AttributeActions {
        let actions = AttributeActions::new(AttributeAction::EncryptAndSign).unsigned_prefix(":");
        self.actions.iter().fold(actions, |actions, (name, action)| {
            let action = match action.as_str() {
                "ENCRYPT_AND_SIGN" => AttributeAction::EncryptAndSign,
                "SIGN_ONLY" => AttributeAction::SignOnly,
                "DO_NOTHING" => AttributeAction::DoNothing,
                other => unreachable!("an action {other}"),
            };
            actions.with(name, action)
        })
    }

    /// Returns the actions, with one for the tenant's attribute. AWS's client ignores it if it has none.
    pub(super) fn actions_with_tenant(&self) -> AttributeActions {
        match &self.multi {
            Some(tenant) if !self.actions.contains_key(tenant) => {
                self.actions().with(tenant, AttributeAction::SignOnly)
            }
            _ => self.actions(),
        }
    }

    /// `location` rewrites each location.
    pub(super) fn schema(&self, location: impl Fn(&str) -> String) -> BeaconSchema {
        let mut schema = BeaconSchema::new();
        for Standard { name, length, loc, style } in &self.standard {
            let beacon =
                StandardBeacon::new(name, *length).style(style.as_ref().map_or(BeaconStyle::Plain, read_style));
            schema = schema.standard(match loc {
                Some(loc) => beacon.location(location(loc)),
                None => beacon,
            });
        }
        for Virtual { name, parts } in &self.r#virtual {
            let parts = parts.iter().map(|part| {
                let location = VirtualPart::new(location(&part.loc));
                part.trans.iter().map(read_transform).fold(location, VirtualPart::transform)
            });
            schema = schema.virtual_field(parts.fold(VirtualField::new(name), VirtualField::part));
        }
        for Compound { name, split, encrypted, signed, constructors } in &self.compound {
            let beacon = CompoundBeacon::new(name, *split);
            let beacon = encrypted.iter().map(Part::encrypted).fold(beacon, CompoundBeacon::encrypted);
            let beacon = signed.iter().map(|part| part.signed(&location)).fold(beacon, CompoundBeacon::signed);
            let constructors = constructors.iter().map(|parts| {
                parts.iter().fold(Constructor::new(), |constructor, (name, required)| match required {
                    true => constructor.required(name),
                    false => constructor.optional(name),
                })
            });
            schema = schema.compound(constructors.fold(beacon, CompoundBeacon::constructor));
        }
        let schema = self.encrypted_parts.iter().map(Part::encrypted).fold(schema, BeaconSchema::encrypted_part);
        let signed = self.signed_parts.iter().map(|part| part.signed(&location));
        let schema = signed.fold(schema, BeaconSchema::signed_part);
        match &self.multi {
            Some(tenant) => schema.tenant(tenant),
            None => schema,
        }
    }

    /// Returns true if AWS's client hashes the value of this beacon instead of its text.
    pub(super) fn hashes_value(&self, beacon: &str) -> bool {
        let standard = self.standard.iter().find(|standard| standard.name == beacon);
        standard.is_some_and(|standard| {
            let location = standard.loc.as_ref().unwrap_or(&standard.name);
            !self.r#virtual.iter().any(|field| field.name == *location)
        })
    }
}

impl Part {
    fn encrypted(&self) -> EncryptedPart {
        EncryptedPart::new(&self.name, &self.prefix)
    }

    fn signed(&self, location: impl Fn(&str) -> String) -> SignedPart {
        let part = SignedPart::new(&self.name, &self.prefix);
        match &self.loc {
            Some(loc) => part.location(location(loc)),
            None => part,
        }
    }
}

fn read_style(style: &Value) -> BeaconStyle {
    let (name, value) = style.as_object().unwrap().iter().next().unwrap();
    match name.as_str() {
        "partOnly" => BeaconStyle::PartOnly,
        "asSet" => BeaconStyle::AsSet,
        "shared" => BeaconStyle::Shared(value.as_str().unwrap().to_owned()),
        "sharedSet" => BeaconStyle::SharedSet(value.as_str().unwrap().to_owned()),
        other => unreachable!("a style {other}"),
    }
}

pub(super) fn read_transform(transform: &Value) -> Transform {
    let (name, value) = transform.as_object().unwrap().iter().next().unwrap();
    let int = |value: &Value| i32::try_from(value.as_i64().unwrap()).unwrap();
    let separator = |value: &Value| value.as_str().unwrap().chars().next().unwrap();
    match name.as_str() {
        "upper" => Transform::Upper,
        "lower" => Transform::Lower,
        "insert" => Transform::Insert(value.as_str().unwrap().to_owned()),
        "prefix" => Transform::Prefix(int(value)),
        "suffix" => Transform::Suffix(int(value)),
        "substring" => Transform::Substring(int(&value[0]), int(&value[1])),
        "segment" => Transform::Segment(separator(&value[0]), int(&value[1])),
        "segments" => Transform::Segments(separator(&value[0]), int(&value[1]), int(&value[2])),
        other => unreachable!("a transform {other}"),
    }
}
