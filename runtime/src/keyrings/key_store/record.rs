//! The records of a key store, and the encryption contexts that KMS binds them to.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_dynamodb::primitives::Blob;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::aws::kms::KmsContext;
use crate::aws::kms::error::{INCORRECT_KEY, INVALID_CIPHERTEXT};
use crate::aws::kms::key_arn::KeyArn;
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::uuid::Uuid;

/// The partition key of the table.
pub(super) const ID: &str = "branch-key-id";

/// The sort key of the table.
pub(super) const TYPE: &str = "type";

/// The encrypted key.
pub(super) const ENCRYPTED_KEY: &str = "enc";

/// The type of the tombstone, which AWS's clients do not know.
pub(super) const SHREDDED: &str = "dynaseal:SHREDDED";

pub(super) const ACTIVE: &str = "branch:ACTIVE";
pub(super) const BEACON: &str = "beacon:ACTIVE";
pub(super) const VERSION_PREFIX: &str = "branch:version:";

const VERSION: &str = "version";
pub(super) const KMS_ARN: &str = "kms-arn";
pub(super) const CREATE_TIME: &str = "create-time";
const HIERARCHY_VERSION: &str = "hierarchy-version";
pub(super) const CUSTOM: &str = "aws-crypto-ec:";

/// The name of the logical table name, which is in the encryption context and not in the records.
const TABLE_NAME: &str = "tablename";

/// The only supported version of the records.
const HIERARCHY: &str = "1";

/// The longest partition key of DynamoDB, in bytes.
const LONGEST_ID: usize = 2048;

/// The kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The active version, which encrypts new items.
    Active,
    Version(Uuid),
    Beacon,
}

/// A record: the encrypted key, and all other attributes as text, which the key is bound to.
#[derive(Clone)]
pub(super) struct Record {
    kind: Kind,
    texts: BTreeMap<String, String>,
    pub(super) encrypted_key: Blob,
}

/// The common attributes of a branch key's records.
#[derive(Clone)]
pub(super) struct Common {
    texts: BTreeMap<String, String>,
    version: Uuid,
}

impl Kind {
    #[inline]
    pub(super) fn name(self) -> String {
        match self {
            Self::Active => ACTIVE.to_owned(),
            Self::Beacon => BEACON.to_owned(),
            Self::Version(version) => format!("{VERSION_PREFIX}{version}"),
        }
    }
}

impl Common {
    /// Returns those of a new branch key.
    #[inline]
    pub(super) fn new(id: &str, kms_arn: &KeyArn, context: &BTreeMap<String, String>) -> Result<Self> {
        let mut texts = BTreeMap::new();
        texts.extend(context.iter().map(|(key, value)| (format!("{CUSTOM}{key}"), value.clone())));
        for (name, text) in [(ID, id), (KMS_ARN, &kms_arn.to_string()), (HIERARCHY_VERSION, HIERARCHY)] {
            texts.insert(name.to_owned(), text.to_owned());
        }
        Self { texts, version: Uuid::random()? }.at_this_time()
    }

    /// Returns those of the next version of the branch key with this ACTIVE record.
    #[inline]
    pub(super) fn next(active: &Record) -> Result<Self> {
        let mut texts = active.texts.clone();
        texts.retain(|name, _| name != TYPE && name != VERSION);
        Self { texts, version: Uuid::random()? }.at_this_time()
    }

    #[inline]
    pub(super) fn version(&self) -> Uuid {
        self.version
    }

    /// Returns the encryption context of a record before it is created.
    #[inline]
    pub(super) fn context(&self, kind: Kind, logical_name: &str) -> KmsContext {
        context(&self.texts_of(kind), logical_name)
    }

    #[inline]
    pub(super) fn record(&self, kind: Kind, encrypted_key: Blob) -> Record {
        Record { kind, texts: self.texts_of(kind), encrypted_key }
    }

    #[inline]
    fn texts_of(&self, kind: Kind) -> BTreeMap<String, String> {
        let mut texts = self.texts.clone();
        texts.insert(TYPE.to_owned(), kind.name());
        if kind == Kind::Active {
            texts.insert(VERSION.to_owned(), Kind::Version(self.version).name());
        }
        texts
    }

    #[inline]
    fn at_this_time(mut self) -> Result<Self> {
        self.texts.insert(CREATE_TIME.to_owned(), now()?);
        Ok(self)
    }
}

impl Record {
    /// Checks a stored record as far as that is possible without KMS.
    ///
    /// # Errors
    /// `Materials`, naming the attribute that is missing or invalid.
    #[inline]
    pub(super) fn parse(item: Item, id: &str, kind: Kind) -> Result<Self> {
        let broken = |attribute: &str, what: &str| broken(id, kind, attribute, what);
        let mut texts = BTreeMap::new();
        let mut encrypted_key = None;
        for (name, value) in item {
            match (name.as_str(), value) {
                (ENCRYPTED_KEY, AttributeValue::B(blob)) => encrypted_key = Some(blob),
                (HIERARCHY_VERSION, AttributeValue::N(number)) => drop(texts.insert(name, number)),
                (ENCRYPTED_KEY | HIERARCHY_VERSION, _) => return Err(broken(&name, "is of another type")),
                (_, AttributeValue::S(text)) => drop(texts.insert(name, text)),
                _ => return Err(broken(&name, "is not a string")),
            }
        }
        let encrypted_key = encrypted_key.ok_or_else(|| broken(ENCRYPTED_KEY, "is missing"))?;
        let record = Self { kind, texts, encrypted_key };
        for (name, expected) in [(ID, id), (TYPE, &*kind.name())] {
            if record.text(name) != Some(expected) {
                return Err(broken(name, "is not the requested one; check the endpoint"));
            }
        }
        for name in [KMS_ARN, CREATE_TIME, HIERARCHY_VERSION] {
            record.text(name).ok_or_else(|| broken(name, "is missing"))?;
        }
        if record.text(HIERARCHY_VERSION) != Some(HIERARCHY) {
            return Err(broken(HIERARCHY_VERSION, "is not 1, the only version that is supported"));
        }
        match (kind, record.text(VERSION)) {
            (Kind::Active, None) => Err(broken(VERSION, "is missing")),
            (Kind::Active, Some(_)) if record.active_version().is_none() => {
                Err(broken(VERSION, "is not `branch:version:` and a UUID"))
            }
            (Kind::Version(_) | Kind::Beacon, Some(_)) => Err(broken(VERSION, "is there, and must not be")),
            _ => Ok(record),
        }
    }

    /// Returns the version of the record; `None` for a beacon record.
    #[inline]
    pub(super) fn version(&self) -> Option<Uuid> {
        match self.kind {
            Kind::Active => self.active_version(),
            Kind::Version(version) => Some(version),
            Kind::Beacon => None,
        }
    }

    /// Returns the KMS key that the record names.
    #[inline]
    pub(super) fn kms_arn(&self) -> Result<KeyArn> {
        let arn = self.text(KMS_ARN).unwrap_or_default();
        KeyArn::parse(arn).ok_or_else(|| self.broken(KMS_ARN, "is not the ARN of a KMS key"))
    }

    #[inline]
    pub(super) fn context(&self, logical_name: &str) -> KmsContext {
        context(&self.texts, logical_name)
    }

    /// Returns the encryption context that the branch key was created with.
    #[inline]
    pub(super) fn custom_context(&self) -> BTreeMap<String, String> {
        let mut custom = BTreeMap::new();
        for (name, value) in &self.texts {
            if let Some(name) = name.strip_prefix(CUSTOM) {
                custom.insert(name.to_owned(), value.clone());
            }
        }
        custom
    }

    #[inline]
    pub(super) fn into_item(self) -> Item {
        let texts = self.texts.into_iter().map(|(name, text)| match name.as_str() {
            HIERARCHY_VERSION => (name, AttributeValue::N(text)),
            _ => (name, AttributeValue::S(text)),
        });
        texts.chain([(ENCRYPTED_KEY.to_owned(), AttributeValue::B(self.encrypted_key))]).collect()
    }

    #[inline]
    pub(super) fn broken(&self, attribute: &str, what: &str) -> Error {
        broken(self.text(ID).unwrap_or_default(), self.kind, attribute, what)
    }

    /// Returns the error of KMS for the encrypted key, with the possible causes.
    #[inline]
    pub(super) fn explain(&self, error: Error, logical_name: &str) -> Error {
        match error.aws_code() {
            Some(INVALID_CIPHERTEXT | INCORRECT_KEY) => error.recast(
                ErrorKind::Materials,
                format!(
                    "{}: KMS rejects its key. The record was changed or belongs to another branch key, or the key store's \
                     logical name is not {logical_name:?}",
                    subject(self.text(ID).unwrap_or_default(), self.kind)
                ),
            ),
            _ => error,
        }
    }

    #[inline]
    fn active_version(&self) -> Option<Uuid> {
        Uuid::parse(self.text(VERSION)?.strip_prefix(VERSION_PREFIX)?)
    }

    #[inline]
    fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}

/// Rejects an invalid branch key id, before anything is sent.
#[inline]
pub(crate) fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.len() > LONGEST_ID {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("the identifier of a branch key has 1 to 2,048 bytes, and this one has {}", id.len()),
        ));
    }
    Ok(())
}

/// Returns the error for a missing record.
#[inline]
pub(super) fn absent(id: &str, kind: Kind, table: &str) -> Error {
    let what = match kind {
        Kind::Active | Kind::Beacon => format!("no record {:?} of branch key {:?}", kind.name(), shown(id)),
        Kind::Version(version) => format!("no version {version} of branch key {:?}", shown(id)),
    };
    Error::absent_keys(format!(
        "the key store's table {table:?} has {what}; create the branch key, or check the identifier and the table. A branch \
         key that was shredded never comes back"
    ))
}

/// A record's primary key.
#[inline]
pub(super) fn key(id: &str, record_type: String) -> Item {
    [(ID.to_owned(), AttributeValue::S(id.to_owned())), (TYPE.to_owned(), AttributeValue::S(record_type))].into()
}

/// Returns the record that prevents a branch key from being created again.
#[inline]
pub(super) fn tombstone(id: &str) -> Result<Item> {
    let mut item = key(id, SHREDDED.to_owned());
    item.insert(CREATE_TIME.to_owned(), AttributeValue::S(now()?));
    Ok(item)
}

/// Shortens an identifier for an error, because the limit of DynamoDB is long.
#[inline]
pub(super) fn shown(id: &str) -> String {
    const SHOWN: usize = 128;

    match id.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}..", id.get(..end).unwrap_or_default()),
        None => id.to_owned(),
    }
}

#[inline]
fn context(texts: &BTreeMap<String, String>, logical_name: &str) -> KmsContext {
    let texts = texts.iter().map(|(name, text)| (name.clone(), text.clone()));
    texts.chain([(TABLE_NAME.to_owned(), logical_name.to_owned())]).collect()
}

#[inline]
fn subject(id: &str, kind: Kind) -> String {
    format!("the record {:?} of branch key {:?} in the key store", kind.name(), shown(id))
}

#[inline]
fn broken(id: &str, kind: Kind, attribute: &str, what: &str) -> Error {
    Error::materials(format!("{} is not valid: {attribute:?} {what}", subject(id, kind))).with_attribute(attribute)
}

/// Returns the current time in ISO 8601 in UTC, with microseconds.
#[inline]
fn now() -> Result<String> {
    let time = DateTime::from(SystemTime::now());
    let whole = DateTime::from_secs(time.secs()).fmt(Format::DateTime).map_err(|error| {
        Error::new(ErrorKind::Usage, "the system's clock shows a year that has not four digits").with_source(error)
    })?;
    let micros = time.subsec_nanos() / 1000;
    Ok(format!("{}.{micros:06}Z", whole.strip_suffix('Z').unwrap_or(&whole)))
}
