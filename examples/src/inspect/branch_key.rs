//! Records of a key store: branch keys and beacon keys, each encrypted by a key of AWS KMS, which also authenticates the rest
//! of the record.

use dynaseal::{AttributeAction, AttributeValue, Item, item_size};
use serde::Serialize;

use super::Keys;
use super::report::{AttributeReport, Certainty, ItemReport, Verification};

const ID: &str = "branch-key-id";
const TYPE: &str = "type";
const ENCRYPTED_KEY: &str = "enc";
const VERSION: &str = "version";
const KMS_ARN: &str = "kms-arn";
const CREATE_TIME: &str = "create-time";
const HIERARCHY_VERSION: &str = "hierarchy-version";
const CUSTOM: &str = "aws-crypto-ec:";

const ACTIVE: &str = "branch:ACTIVE";
const BEACON: &str = "beacon:ACTIVE";
const VERSION_PREFIX: &str = "branch:version:";
const SHREDDED: &str = "dynaseal:SHREDDED";

/// The unencrypted contents of a record of a key store.
#[derive(Clone, Debug, Serialize)]
pub struct RecordReport {
    /// The identifier of the branch key.
    pub branch_key_id: String,
    /// What it holds.
    pub kind: RecordKind,
    /// The version of the branch key, a UUID; none for a beacon key.
    pub version: Option<String>,
    /// The ARN of the KMS key.
    pub kms_arn: Option<String>,
    /// When it was made, in ISO 8601.
    pub create_time: Option<String>,
    /// The version of the record's layout.
    pub hierarchy_version: Option<String>,
    /// The names of the encryption context that the branch key was created with.
    pub encryption_context: Vec<String>,
    /// The attributes that every such record has and this one lacks, or has with another type.
    pub missing: Vec<&'static str>,
}

/// What a record of a key store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// The version of a branch key that items are written with.
    Active,
    /// A version of a branch key.
    Version,
    /// A beacon key.
    Beacon,
    /// Nothing: the branch key was shredded.
    Tombstone,
}

impl RecordKind {
    fn of(item: &Item) -> Option<Self> {
        text(item, ID)?;
        match text(item, TYPE)? {
            ACTIVE => Some(Self::Active),
            BEACON => Some(Self::Beacon),
            SHREDDED => Some(Self::Tombstone),
            version if version.starts_with(VERSION_PREFIX) => Some(Self::Version),
            _ => None,
        }
    }
}

/// Returns `None` for an item that is not a record of a key store.
pub(super) async fn inspect(item: &Item, keys: Option<&Keys>) -> Option<ItemReport> {
    let record = RecordReport::new(item, RecordKind::of(item)?);
    let is_tombstone = record.kind == RecordKind::Tombstone;
    let verification = match keys {
        _ if is_tombstone => Verification::NotTried,
        None => Verification::NotTried,
        Some(keys) => match keys.verify_record(item, &record).await {
            // The key itself is not shown.
            Ok(()) => Verification::Verified(item.clone()),
            Err(reason) => Verification::Failed(reason),
        },
    };
    let mut names: Vec<&String> = item.keys().collect();
    names.sort_unstable();
    let attributes = names.into_iter().map(|name| {
        let action = match name.as_str() {
            _ if is_tombstone => AttributeAction::DoNothing,
            ENCRYPTED_KEY => AttributeAction::EncryptAndSign,
            _ => AttributeAction::SignOnly,
        };
        let is_verified = verification.is_verified();
        AttributeReport::new(name.clone(), action, Certainty::Recorded, item, None, is_verified)
    });
    Some(ItemReport {
        attributes: attributes.collect(),
        beacons: Vec::new(),
        provider: "a key store".to_owned(),
        description: Ok(Default::default()),
        dbesdk: None,
        record: Some(record),
        is_signed: item.contains_key(ENCRYPTED_KEY),
        stored_size: item_size(item),
        plain_size: None,
        verification,
    })
}

impl RecordReport {
    fn new(item: &Item, kind: RecordKind) -> Self {
        let owned = |name| text(item, name).map(str::to_owned);
        let version = match kind {
            RecordKind::Active => text(item, VERSION),
            _ => text(item, TYPE),
        };
        let mut encryption_context: Vec<String> =
            item.keys().filter_map(|name| name.strip_prefix(CUSTOM).map(str::to_owned)).collect();
        encryption_context.sort_unstable();
        let hierarchy_version = item.get(HIERARCHY_VERSION).and_then(|value| value.as_n().ok().cloned());
        Self {
            branch_key_id: owned(ID).unwrap_or_default(),
            kind,
            version: version.and_then(|version| version.strip_prefix(VERSION_PREFIX)).map(str::to_owned),
            kms_arn: owned(KMS_ARN),
            create_time: owned(CREATE_TIME),
            encryption_context,
            missing: missing(item, kind, hierarchy_version.is_some()),
            hierarchy_version,
        }
    }

    /// Returns the facts for people, one per line: a label and its value.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let kind = match self.kind {
            RecordKind::Active => "the version that items are written with",
            RecordKind::Version => "a version",
            RecordKind::Beacon => "the beacon key",
            RecordKind::Tombstone => "a tombstone: the branch key was shredded",
        };
        let escaped = |text: &String| text.escape_debug().to_string();
        let known = [
            ("version", self.version.as_ref().map(escaped)),
            ("KMS key", self.kms_arn.as_ref().map(escaped)),
            ("created", self.create_time.as_ref().map(escaped)),
        ];
        let context = self.encryption_context.iter().map(|name| ("context", name.escape_debug().to_string()));
        let missing = self.missing.iter().map(|name| ("missing", (*name).to_owned()));
        [
            ("format", "record of a key store".to_owned()),
            ("branch key", self.branch_key_id.escape_debug().to_string()),
            ("holds", kind.to_owned()),
        ]
        .into_iter()
        .chain(known.into_iter().filter_map(|(label, fact)| Some((label, fact?))))
        .chain(context)
        .chain(missing)
        .collect()
    }
}

fn missing(item: &Item, kind: RecordKind, has_hierarchy_version: bool) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if kind == RecordKind::Tombstone {
        return missing;
    }
    if !item.get(ENCRYPTED_KEY).is_some_and(AttributeValue::is_b) {
        missing.push(ENCRYPTED_KEY);
    }
    let version = (kind == RecordKind::Active).then_some(VERSION);
    missing.extend([KMS_ARN, CREATE_TIME].into_iter().chain(version).filter(|name| text(item, name).is_none()));
    if !has_hierarchy_version {
        missing.push(HIERARCHY_VERSION);
    }
    missing
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
