//! The results for an item, for people and as JSON.

use std::collections::BTreeMap;

use dynaseal::format::ItemDescription;
use dynaseal::{AttributeAction, AttributeValue, Item, item_size};
use serde::Serialize;
use serde_json::{Value, json};

use super::beacons::BeaconReport;
use super::branch_key::RecordReport;
use super::dbesdk;

/// One stored item.
#[derive(Debug)]
pub struct ItemReport {
    /// The attributes of the program, by name.
    pub attributes: Vec<AttributeReport>,
    /// The beacons, which are neither the program's nor signed.
    pub beacons: Vec<BeaconReport>,
    /// The provider, as guessed from the material description.
    pub provider: String,
    /// The entries of the material description, or the error in it.
    pub description: Result<BTreeMap<String, String>, String>,
    /// The description of an item of the AWS Database Encryption SDK, or the error in it; `None` for other items.
    pub dbesdk: Option<Result<ItemDescription, String>>,
    /// The unencrypted contents of a record of a key store; `None` for other items.
    pub record: Option<RecordReport>,
    /// Whether the item has a signature.
    pub is_signed: bool,
    /// The size of the item as DynamoDB counts it, in bytes.
    pub stored_size: usize,
    /// The size before encryption, if the item could be decrypted.
    pub plain_size: Option<usize>,
    /// Whether the item verified.
    pub verification: Verification,
}

/// One attribute.
#[derive(Debug)]
pub struct AttributeReport {
    /// Its name.
    pub name: String,
    /// Its protection.
    pub protection: Protection,
    /// How the protection is known.
    pub certainty: Certainty,
    /// The DynamoDB type of the stored value.
    pub stored_type: &'static str,
    /// Name and value in bytes, as DynamoDB counts them.
    pub stored_size: usize,
    /// The size before encryption.
    pub plain_size: Option<usize>,
}

/// The protection of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Without the keys, the value can be neither read nor changed.
    EncryptedAndSigned,
    /// Anyone can read the value, and changes are detected.
    Signed,
    /// Anyone can read and change the value.
    Plain,
}

/// How an action is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Guessed from the stored value.
    Guessed,
    /// Recorded by the item, without verification.
    Recorded,
    /// Given on the command line.
    Given,
    /// Proven by the signature.
    Verified,
}

/// The result of the verification.
#[derive(Debug)]
pub enum Verification {
    /// There were no keys to verify with.
    NotTried,
    /// The item verified, and this is its plaintext.
    Verified(Item),
    /// The item did not verify with these keys and actions.
    Failed(String),
}

impl Verification {
    /// Returns true if the item verified.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// Returns true if the verification failed.
    pub fn is_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// Returns the item before encryption.
    pub fn plain(&self) -> Option<&Item> {
        match self {
            Self::Verified(plain) => Some(plain),
            Self::NotTried | Self::Failed(_) => None,
        }
    }
}

impl AttributeReport {
    pub(super) fn new(
        name: String,
        action: AttributeAction,
        certainty: Certainty,
        item: &Item,
        plain: Option<&AttributeValue>,
        is_verified: bool,
    ) -> Self {
        let stored = item.get(&name);
        let size = |value: &AttributeValue| item_size(&Item::from([(name.clone(), value.clone())]));
        let (stored_size, plain_size) = (stored.map(size).unwrap_or_default(), plain.map(size));
        let protection = match action {
            AttributeAction::EncryptAndSign => Protection::EncryptedAndSigned,
            AttributeAction::DoNothing => Protection::Plain,
            _ => Protection::Signed,
        };
        // A signature proves nothing about unsigned attributes.
        let is_proven = is_verified && protection != Protection::Plain;
        let certainty = if is_proven { Certainty::Verified } else { certainty };
        Self { protection, certainty, stored_type: stored.map_or("", type_of), stored_size, plain_size, name }
    }
}

impl ItemReport {
    /// Returns an entry of the material description.
    pub fn entry(&self, key: &str) -> Option<&str> {
        self.description.as_ref().ok()?.get(key).map(String::as_str)
    }

    /// The report as JSON, whose shape `shape.txt` describes. No value of the program is in it.
    pub fn to_json(&self) -> Value {
        let attributes = self.attributes.iter().map(|attribute| {
            json!({
                "name": attribute.name,
                "protection": attribute.protection,
                "certainty": attribute.certainty,
                "stored_type": attribute.stored_type,
                "stored_size": attribute.stored_size,
                "plain_size": attribute.plain_size,
            })
        });
        let (verification, reason) = match &self.verification {
            Verification::NotTried => ("not_tried", None),
            Verification::Verified(_) => ("verified", None),
            Verification::Failed(reason) => ("failed", Some(reason)),
        };
        let dbesdk = self.dbesdk.as_ref().and_then(|description| description.as_ref().ok()).map(dbesdk::to_json);
        let format = match (&self.record, &self.dbesdk) {
            (Some(_), _) => "key_store_record",
            (None, Some(_)) => "dbesdk",
            (None, None) => "ddbec",
        };
        json!({
            "format": format,
            "dbesdk": dbesdk,
            "record": self.record,
            "beacons": self.beacons,
            "attributes": attributes.collect::<Vec<_>>(),
            "provider": self.provider,
            "description": self.description.as_ref().ok(),
            "description_error": self.description.as_ref().err(),
            "signed": self.is_signed,
            "stored_size": self.stored_size,
            "plain_size": self.plain_size,
            "verification": verification,
            "reason": reason,
        })
    }
}

pub(super) fn type_of(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::B(_) => "B",
        AttributeValue::Bool(_) => "BOOL",
        AttributeValue::Bs(_) => "BS",
        AttributeValue::L(_) => "L",
        AttributeValue::M(_) => "M",
        AttributeValue::N(_) => "N",
        AttributeValue::Ns(_) => "NS",
        AttributeValue::Null(_) => "NULL",
        AttributeValue::S(_) => "S",
        AttributeValue::Ss(_) => "SS",
        _ => "unknown",
    }
}
