//! The parts of a stored item that are readable without a key.

use std::fmt;

use crate::error::Result;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::attributes;
use super::header::{Header, damaged};
use super::keyring::EncryptedDataKey;
use super::legend::SignedAction;
use super::suite::AlgorithmSuite;
use super::{FOOT, HEAD, RESERVED_PREFIX};

/// The provider IDs of AWS KMS's keyrings.
const HIERARCHY: &str = "aws-kms-hierarchy";
const KMS_ECDH: &str = "aws-kms-ecdh";
const RAW_ECDH: &str = "raw-ecdh";

/// The description of a stored item of the AWS Database Encryption SDK. It is not verified, which requires the key.
///
/// ```
/// use dynaseal::format::{Dbesdk, ItemDescription};
/// use dynaseal::keyrings::{AesKey, RawAesKeyring};
/// use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ItemContext, Item, ItemEncryptor};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let encryptor = ItemEncryptor::with_keyring(RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?);
/// let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
/// let context = ItemContext::new("employees").partition_key("id");
///
/// let item = Item::from([
///     ("id".to_owned(), AttributeValue::S("e-1".to_owned())),
///     ("salary".to_owned(), AttributeValue::N("4200".to_owned())),
/// ]);
/// let stored = encryptor.encrypt(item, &actions, &context).await?;
/// let description = ItemDescription::of(&stored)?;
/// assert_eq!(description.version(), 1);
/// assert_eq!(description.recipients()[0].key_name(), Some("2026"));
/// let recorded = description.recorded_actions(&stored, &actions).unwrap();
/// assert!(recorded.contains(&("salary".to_owned(), AttributeAction::EncryptAndSign)));
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemDescription {
    version: u8,
    suite: AlgorithmSuite,
    legend: Vec<SignedAction>,
    stored_context: Vec<(String, String)>,
    recipients: Vec<RecipientDescription>,
    header_size: usize,
    footer_size: usize,
}

/// A recipient of an item: a key that can decrypt it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientDescription {
    provider_id: String,
    key: ProviderInfo,
    size: usize,
}

/// The content of the provider info, by the kind of keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ProviderInfo {
    Name(String),
    BranchKey { id: String, version: Option<String> },
    Ecdh { sender: Vec<u8>, recipient: Vec<u8> },
    Unknown,
}

impl ItemDescription {
    /// Parses the description of a stored item.
    ///
    /// # Errors
    /// `Integrity` if the header is missing or damaged.
    pub fn of(stored: &Item) -> Result<Self> {
        let Some(AttributeValue::B(head)) = stored.get(HEAD) else {
            return Err(damaged("the item has no header of the AWS Database Encryption SDK").with_attribute(HEAD));
        };
        let header = Header::parse(head.as_ref())?;
        let footer_size = match stored.get(FOOT) {
            Some(AttributeValue::B(foot)) => foot.as_ref().len(),
            _ => 0,
        };
        Ok(Self {
            version: header.version.number(),
            suite: header.suite,
            stored_context: header.stored_context.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
            recipients: header.recipients.iter().map(RecipientDescription::of).collect(),
            legend: header.legend,
            header_size: head.as_ref().len(),
            footer_size,
        })
    }

    /// Returns the version of the header: 2 if attributes are signed and included in the encryption context, otherwise
    /// 1.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Returns the algorithm suite.
    pub fn suite(&self) -> AlgorithmSuite {
        self.suite
    }

    /// Returns the number of signed attributes.
    pub fn signed_attributes(&self) -> usize {
        self.legend.len()
    }

    /// Returns the action with which each signed attribute of the item was written.
    ///
    /// The actions are recorded without names, in an order that depends on the names of all signed attributes, so
    /// `actions` is needed to determine which these are: all without `DoNothing`. Returns `None` if the item does not
    /// have as many.
    pub fn recorded_actions(
        &self,
        stored: &Item,
        actions: &AttributeActions,
    ) -> Option<Vec<(String, AttributeAction)>> {
        let is_signed =
            |name: &&String| !name.starts_with(RESERVED_PREFIX) && actions.action(name) != AttributeAction::DoNothing;
        let mut names: Vec<&String> = stored.keys().filter(is_signed).collect();
        attributes::sort_names(&mut names);
        (names.len() == self.legend.len())
            .then(|| names.into_iter().cloned().zip(self.legend.iter().map(|action| action.action())).collect())
    }

    /// Returns the stored part of the encryption context: the public key of the digital signature, and entries that
    /// another client added.
    pub fn stored_context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.stored_context.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the recipients, in order.
    pub fn recipients(&self) -> &[RecipientDescription] {
        &self.recipients
    }

    /// Returns the size of the header, in bytes.
    pub fn header_size(&self) -> usize {
        self.header_size
    }

    /// Returns the size of the footer, in bytes.
    pub fn footer_size(&self) -> usize {
        self.footer_size
    }
}

impl RecipientDescription {
    pub(super) fn of(recipient: &EncryptedDataKey) -> Self {
        let info = recipient.provider_info.as_slice();
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        let key = match recipient.provider_id.as_str() {
            HIERARCHY => text(info)
                .map(|id| ProviderInfo::BranchKey { id, version: recipient.ciphertext.get(28..44).map(uuid) })
                .unwrap_or(ProviderInfo::Unknown),
            KMS_ECDH | RAW_ECDH => points(info).unwrap_or(ProviderInfo::Unknown),
            _ => text(without_nonce(info)).map_or(ProviderInfo::Unknown, ProviderInfo::Name),
        };
        Self { provider_id: recipient.provider_id.clone(), key, size: recipient.ciphertext.len() }
    }

    /// Returns the kind of keyring that it is for: `aws-kms`, `aws-kms-hierarchy`, `raw-ecdh` and so on, or the
    /// namespace of a raw key.
    pub fn provider_id(&self) -> &str {
        &self.provider_id
    }

    /// Returns the name of the key: an ARN for AWS KMS, the name of a raw key, the ID of a branch key; `None` for key
    /// agreement, which identifies keys by their [points](Self::points).
    pub fn key_name(&self) -> Option<&str> {
        match &self.key {
            ProviderInfo::Name(name) | ProviderInfo::BranchKey { id: name, .. } => Some(name),
            ProviderInfo::Ecdh { .. } | ProviderInfo::Unknown => None,
        }
    }

    /// Returns the ID of the branch key, for a hierarchical keyring.
    pub(crate) fn branch_key(&self) -> Option<&str> {
        match &self.key {
            ProviderInfo::BranchKey { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Returns the version of the branch key, for a hierarchical keyring.
    pub fn branch_key_version(&self) -> Option<&str> {
        match &self.key {
            ProviderInfo::BranchKey { version, .. } => version.as_deref(),
            _ => None,
        }
    }

    /// Returns the compressed points of sender and recipient, for a keyring with key agreement.
    pub fn points(&self) -> Option<(&[u8], &[u8])> {
        match &self.key {
            ProviderInfo::Ecdh { sender, recipient } => Some((sender, recipient)),
            _ => None,
        }
    }

    /// Returns the size of the wrapped key, in bytes.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl RecipientDescription {
    /// Returns the key alone, without the parts that differ in every item.
    pub(super) fn held_key(&self) -> String {
        match &self.key {
            ProviderInfo::BranchKey { id, .. } => format!("{} {}", self.provider_id.escape_debug(), id.escape_debug()),
            ProviderInfo::Ecdh { recipient, .. } => {
                format!("{} to {}", self.provider_id.escape_debug(), hex(recipient))
            }
            ProviderInfo::Name(_) | ProviderInfo::Unknown => self.to_string(),
        }
    }
}

/// Returns the provider ID and the name of the key, formatted for a message.
impl fmt::Display for RecipientDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.provider_id.escape_debug())?;
        match &self.key {
            ProviderInfo::Name(name) => write!(f, " {}", name.escape_debug()),
            ProviderInfo::BranchKey { id, version: Some(version) } => {
                write!(f, " {} version {version}", id.escape_debug())
            }
            ProviderInfo::BranchKey { id, version: None } => write!(f, " {}", id.escape_debug()),
            ProviderInfo::Ecdh { sender, recipient } => write!(f, " from {} to {}", hex(sender), hex(recipient)),
            ProviderInfo::Unknown => Ok(()),
        }
    }
}

/// The name of a raw AES key is followed by the lengths of tag and nonce, and the nonce.
fn without_nonce(info: &[u8]) -> &[u8] {
    match info.split_last_chunk::<20>() {
        Some((name, [0, 0, 0, 128, 0, 0, 0, 12, ..])) => name,
        _ => info,
    }
}

fn points(info: &[u8]) -> Option<ProviderInfo> {
    let sized = |bytes: &[u8]| -> Option<(Vec<u8>, usize)> {
        let (length, rest) = bytes.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        Some((rest.get(..length)?.to_vec(), 4 + length))
    };
    let rest = info.strip_prefix(&[1])?;
    let (recipient, length) = sized(rest)?;
    let (sender, _) = sized(rest.get(length..)?)?;
    Some(ProviderInfo::Ecdh { sender, recipient })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
