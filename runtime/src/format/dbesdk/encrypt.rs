//! Encrypts and signs an item.

use aws_sdk_dynamodb::primitives::Blob;
use bytes::Bytes;
use zeroize::Zeroizing;

use crate::crypto::random;
use crate::crypto::wipe::PlaintextBuffer;
use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::item::limits::{check_values, is_simple, limit_nesting};
use crate::item::plaintext::{PlaintextItem, wipe_value};
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::attributes::{self, SignedAttribute};
use super::canonical::{Paths, Record, RecordDigest};
use super::encryption_context::{self, EncryptionContext, PUBLIC_KEY};
use super::field::FieldKeys;
use super::header::{MAX_RECIPIENTS, NewHeader, Recipient};
use super::keyring::{EncryptedDataKey, IntermediateKey};
use super::legend::SignedAction;
use super::materials::{DataKey, ItemKeys, MessageId, RecipientKeys};
use super::signer::Signer;
use super::suite::AlgorithmSuite;
use super::version::Version;
use super::{CONTEXT_PREFIX, Dbesdk, FOOT, HEAD, RESERVED_PREFIX};

impl Dbesdk {
    /// Encrypts the values whose action requires it, signs the item, and adds header and footer.
    ///
    /// # Errors
    /// * `Usage` if the context or the actions are not allowed in this format.
    /// * `Schema` if the item lacks a key, or an attribute that is in the encryption context.
    /// * `Codec` for a value that the format cannot represent.
    /// * `Materials`, and the other errors of the keyring.
    pub(crate) async fn encrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        let mut item = check_item(item)?;
        let sealed = {
            let prepared = Prepared::new(&mut item, actions, context)?;
            let signer = if self.suite.has_signature() { Some(Signer::generate()?) } else { None };
            let public_key = signer.as_ref().map(Signer::public_key).transpose()?;
            let encryption_context = prepared.context(context, public_key.as_deref())?;
            let wrapped = self.keyring.wrap(&encryption_context, self.suite).await?;
            let sealing = Sealing {
                suite: self.suite,
                table_name: context.table_name(),
                context: &encryption_context,
                drawn: Drawn::new()?,
            };
            prepared.seal(wrapped, sealing, |digest| signer.map(|signer| signer.sign(digest)).transpose())?
        };
        item.insert(HEAD.to_owned(), AttributeValue::B(Blob::new(sealed.header)));
        item.insert(FOOT.to_owned(), AttributeValue::B(Blob::new(sealed.footer)));
        Ok(item.into_inner())
    }
}

/// Rejects values that DynamoDB cannot represent.
fn check_item(item: Item) -> Result<PlaintextItem> {
    // One pass suffices for most items.
    if item.values().all(is_simple) {
        return Ok(item.into());
    }
    let item = PlaintextItem::from(limit_nesting(item)?);
    check_values(&item)?;
    Ok(item)
}

/// The random values of an item.
pub(super) struct Drawn {
    pub(super) data_key: DataKey,
    pub(super) message_id: MessageId,
}

impl Drawn {
    /// Generated in one call: each call to the operating system is expensive.
    fn new() -> Result<Self> {
        let mut bytes = Zeroizing::new([[0; 32]; 2]);
        random::fill_key(bytes.as_flattened_mut())?;
        let [data_key, message_id] = &*bytes;
        Ok(Self { data_key: Zeroizing::new(*data_key), message_id: *message_id })
    }
}

/// An item with everything prepared that needs no key.
pub(super) struct Prepared<'a> {
    attributes: Vec<SignedAttribute<'a>>,
    /// The serialized values of unencrypted attributes.
    plaintext: Vec<u8>,
    /// The serialized values to encrypt.
    secret: PlaintextBuffer,
}

/// The inputs of encryption besides the keys of the recipients.
pub(super) struct Sealing<'a> {
    pub(super) suite: AlgorithmSuite,
    pub(super) table_name: &'a str,
    pub(super) context: &'a EncryptionContext,
    pub(super) drawn: Drawn,
}

/// The header and footer that encryption adds to an item.
pub(super) struct Sealed {
    pub(super) header: Vec<u8>,
    pub(super) footer: Vec<u8>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(item: &'a mut Item, actions: &AttributeActions, context: &ItemContext) -> Result<Self> {
        check_present(item, actions, context)?;
        let keys = key_names(context)?;
        let key_action = key_action(actions);
        let mut attributes = attributes::signed(item, |name| {
            if name.starts_with(RESERVED_PREFIX) {
                return Err(reserved(name));
            }
            let action = actions.action(name);
            if action != AttributeAction::DoNothing && actions.has_unsigned_prefix(name) {
                return Err(signed_with_unsigned_prefix(name));
            }
            if keys.contains(&Some(name)) {
                check_key_action(name, action)?;
                return Ok(SignedAction::of(key_action));
            }
            let action = SignedAction::of(action);
            if action.is_some() && name.starts_with(CONTEXT_PREFIX) {
                return Err(reserved(name));
            }
            Ok(action)
        })?;
        let plaintext = attributes::serialize_plaintext(&mut attributes)?;
        let secret = attributes::serialize_secret(&mut attributes)?;
        Ok(Self { attributes, plaintext, secret })
    }

    /// Returns the data to which the keys of all recipients are bound.
    pub(super) fn context(&self, context: &ItemContext, public_key: Option<&str>) -> Result<EncryptionContext> {
        let version = Version::of(self.attributes.iter().map(|attribute| attribute.action));
        let mut pairs = encryption_context::computed(context, version, &self.attributes, &self.plaintext)?;
        pairs.extend(public_key.map(|key| (PUBLIC_KEY.into(), key.to_owned())));
        EncryptionContext::new(pairs)
    }

    pub(super) fn seal(
        self,
        wrapped: Vec<(IntermediateKey, EncryptedDataKey)>,
        sealing: Sealing<'_>,
        sign: impl FnOnce(&RecordDigest) -> Result<Option<Vec<u8>>>,
    ) -> Result<Sealed> {
        if !(1..=MAX_RECIPIENTS).contains(&wrapped.len()) {
            return Err(Error::materials(format!(
                "the keyring wrapped the key for {} recipients, and an item has 1 to {MAX_RECIPIENTS}",
                wrapped.len()
            )));
        }
        let Drawn { data_key, message_id } = &sealing.drawn;
        let authenticated_data = sealing.context.authenticated_data();
        let mut recipient_keys = Vec::with_capacity(wrapped.len());
        let mut recipients = Vec::with_capacity(wrapped.len());
        for (key, intermediate) in wrapped {
            let keys = RecipientKeys::derive(&key).ok_or_else(rejected)?;
            let wrapped_data_key = keys.wrap(data_key, authenticated_data).ok_or_else(rejected)?;
            recipients.push(Recipient { wrapped_data_key, intermediate });
            recipient_keys.push(keys);
        }
        let keys = ItemKeys::derive(data_key, message_id).ok_or_else(rejected)?;
        let actions: Vec<SignedAction> = self.attributes.iter().map(|attribute| attribute.action).collect();
        let header = NewHeader {
            suite: sealing.suite,
            message_id: *message_id,
            actions: &actions,
            stored_context: sealing.context.get(PUBLIC_KEY).map(|key| (PUBLIC_KEY, key)),
            recipients: &recipients,
        };
        let header = header.write(&keys.commit_key).ok_or_else(too_long)?;
        let record = Record::new(&header, sealing.context.serialized());
        let digest = self.seal_fields(&keys.root_key, sealing.table_name, record).ok_or_else(rejected)?;
        let signature = sign(&digest)?.unwrap_or_default();
        let mut footer = Vec::with_capacity(recipient_keys.len() * size_of_val(&digest) + signature.len());
        for keys in &recipient_keys {
            footer.extend_from_slice(&keys.tag(&digest).ok_or_else(rejected)?);
        }
        footer.extend_from_slice(&signature);
        Ok(Sealed { header, footer })
    }

    /// Encrypts the values, puts them into the item, and returns the record digest. The encrypted values share one
    /// buffer.
    fn seal_fields(mut self, root_key: &[u8; 32], table_name: &str, mut record: Record) -> Option<RecordDigest> {
        let mut paths = Paths::of_table(table_name);
        let count = self.attributes.iter().filter(|attribute| attribute.is_encrypted()).count();
        let keys = FieldKeys::derive(root_key, count);
        let mut keys = keys.iter();
        for attribute in &self.attributes {
            let path = paths.path(attribute.name);
            if attribute.is_encrypted() {
                let field = self.secret.get_mut(attribute.serialized.clone())?;
                keys.next()?.seal(path, field)?;
                record.add_encrypted(path, field)?;
            } else {
                record.add_plaintext(path, self.plaintext.get(attribute.serialized.clone())?);
            }
        }
        let mut stored = Bytes::from(self.secret.take());
        for attribute in self.attributes.iter_mut().filter(|attribute| attribute.is_encrypted()) {
            let blob = Blob::from_maybe_shared(stored.split_to(attribute.serialized.len()));
            wipe_value(std::mem::replace(attribute.value, AttributeValue::B(blob)));
        }
        Some(record.finish())
    }
}

/// Returns the action of the primary key's attributes under these actions.
pub(crate) fn key_action(actions: &AttributeActions) -> AttributeAction {
    let is_included = |action| action == AttributeAction::SignAndIncludeInEncryptionContext;
    if actions.declared().any(|(_, action)| is_included(action)) {
        AttributeAction::SignAndIncludeInEncryptionContext
    } else {
        AttributeAction::SignOnly
    }
}

/// Returns the names of the primary key's attributes, which must be known because an item is bound to their values.
pub(super) fn key_names(context: &ItemContext) -> Result<[Option<&str>; 2]> {
    if context.partition_key_name().is_none() {
        return Err(Error::new(
            ErrorKind::Usage,
            "items of the Database Encryption SDK are bound to their key: name the partition key in the context, and the \
             sort key if the table has one",
        ));
    }
    Ok([context.partition_key_name(), context.sort_key_name()])
}

/// Rejects an item that lacks an attribute of the encryption context, and a table name that AWS's clients reject.
fn check_present(item: &Item, actions: &AttributeActions, context: &ItemContext) -> Result<()> {
    if context.table_name().starts_with(CONTEXT_PREFIX) {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "the logical table name begins with {CONTEXT_PREFIX:?}, which the encryption context keeps for itself"
            ),
        ));
    }
    if actions.default_action() == AttributeAction::SignAndIncludeInEncryptionContext {
        return Err(Error::new(
            ErrorKind::Usage,
            "attributes in the encryption context must be named: this cannot be the default action",
        ));
    }
    let included = actions
        .declared()
        .filter(|(_, action)| *action == AttributeAction::SignAndIncludeInEncryptionContext)
        .map(|(name, _)| name);
    let mut required = key_names(context)?.into_iter().flatten().chain(included);
    required.find(|name| !item.contains_key(*name)).map_or(Ok(()), |name| Err(missing(name)))
}

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::Schema, "the item lacks this attribute, whose value is in its encryption context")
        .with_attribute(name)
}

fn check_key_action(name: &str, action: AttributeAction) -> Result<()> {
    match action {
        AttributeAction::SignOnly | AttributeAction::SignAndIncludeInEncryptionContext => Ok(()),
        AttributeAction::EncryptAndSign | AttributeAction::DoNothing => Err(Error::new(
            ErrorKind::Usage,
            "an attribute of the primary key is signed and not encrypted in this format; use SignOnly",
        )
        .with_attribute(name)),
    }
}

fn reserved(name: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "names that begin with {RESERVED_PREFIX:?} or {CONTEXT_PREFIX:?} belong to the format; rename the attribute"
        ),
    )
    .with_attribute(name)
}

fn signed_with_unsigned_prefix(name: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        "the attribute is signed, and its name begins with the prefix of unsigned attributes; rename it, or use DoNothing",
    )
    .with_attribute(name)
}

fn too_long() -> Error {
    Error::materials("the recipients' key names or wrapped keys, or the number of attributes, do not fit the header")
}

fn rejected() -> Error {
    Error::materials("the crypto crate rejected a key of the item")
}
