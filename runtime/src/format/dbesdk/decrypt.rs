//! Verifies and decrypts an item.

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::item::limits::{limit_nesting, normalize_numbers};
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::attributes::{self, SignedAttribute};
use super::canonical::{Paths, Record, RecordDigest};
use super::description::RecipientDescription;
use super::encrypt::key_names;
use super::encryption_context::{self, EncryptionContext, PUBLIC_KEY};
use super::field::FieldKeys;
use super::footer::Footer;
use super::header::{Header, damaged};
use super::keyring::EncryptedDataKey;
use super::legend::SignedAction;
use super::materials::{DataKey, ItemKeys, RecipientKeys};
use super::suite::AlgorithmSuite;
use super::{Dbesdk, FOOT, HEAD, RESERVED_PREFIX, signer};

impl Dbesdk {
    /// Verifies the item, and only then decrypts it. The attributes that the format added are removed.
    ///
    /// The header determines which values are encrypted. The actions only determine which attributes are unsigned.
    ///
    /// # Errors
    /// * `Integrity` for an item that was not written in this form. The cause is stated only where it is visible
    ///   without a key: a header that is damaged, or does not match the attributes.
    ///   header that is damaged, or that does not fit the attributes.
    /// * `Materials` if the header names no key of the keyring, and the errors of the keyring.
    /// * `Usage` if the context does not name the primary key.
    pub(crate) async fn decrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        // Values that are decrypted before another one is rejected are overwritten.
        let mut item = PlaintextItem::from(limit_nesting(item).map_err(unserializable)?);
        let Added { head, foot, missing_key } = take_added(&mut item, key_names(context)?);
        if let Some(name) = missing_key {
            return Err(damaged("the item lacks an attribute of its primary key").with_attribute(name));
        }
        let (Some(head), Some(foot)) = (head, foot) else {
            return Err(Error::integrity());
        };
        let AttributeValue::B(head) = head else {
            return Err(damaged("the header is not a binary").with_attribute(HEAD));
        };
        let header = Header::parse(head.as_ref())?;
        if self.requires_signature && header.suite == AlgorithmSuite::Symmetric {
            return Err(damaged("the item has no digital signature, which is required"));
        }
        let stored = Stored::new(&mut item, &header, actions, context)?;
        let opened = self.open_recipient(&header, &stored.context).await?;
        stored.open(&header, head.as_ref(), &foot, opened, context.table_name())?;
        Ok(item.into_inner())
    }

    /// Tries the recipients for which the keyring has a key, until the data key of one can be unwrapped. A keyring that
    /// cannot detect a wrong key, as with RSA and PKCS#1 v1.5, is detected by the data key.
    async fn open_recipient(&self, header: &Header<'_>, context: &EncryptionContext) -> Result<Opened> {
        let candidates = self.keyring.candidates(context, &header.recipients);
        if candidates.is_empty() {
            return Err(no_candidate(&self.keyring.key_names(), &header.recipients));
        }
        let mut failure = None;
        for index in candidates.into_iter().take(self.max_recipients) {
            match self.try_recipient(header, context, index).await {
                Ok(Some(opened)) => return Ok(opened),
                Ok(None) => {}
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        Err(failure.unwrap_or_else(Error::integrity))
    }

    /// Opens the data key of this recipient; `None` if it is not one that the keyring's key wrapped.
    ///
    /// # Errors
    /// Returns the error that prevents the keyring from using its key.
    pub(super) async fn try_recipient(
        &self,
        header: &Header<'_>,
        context: &EncryptionContext,
        index: usize,
    ) -> Result<Option<Opened>> {
        let (Some(recipient), Some(wrapped)) = (header.recipients.get(index), header.wrapped_data_keys.get(index))
        else {
            return Ok(None);
        };
        let key = match self.keyring.unwrap(context, header.suite, recipient).await {
            Err(error) if error.kind() == ErrorKind::Integrity => return Ok(None),
            key => key?,
        };
        let opened = RecipientKeys::derive(&key).and_then(|keys| {
            let data_key = keys.unwrap(wrapped, context.authenticated_data())?;
            Some(Opened { index, keys, data_key })
        });
        Ok(opened)
    }
}

/// The two attributes that encryption added, and an attribute of the primary key that the item lacks.
struct Added<'a> {
    head: Option<AttributeValue>,
    foot: Option<AttributeValue>,
    missing_key: Option<&'a str>,
}

/// Takes the attributes that the format added, and finds the primary key, in one pass: separate lookups take longer.
fn take_added<'a>(item: &mut Item, mut keys: [Option<&'a str>; 2]) -> Added<'a> {
    let (mut head, mut foot) = (None, None);
    item.retain(|name, value| {
        if name.starts_with(RESERVED_PREFIX) {
            match name.as_str() {
                HEAD => head = Some(std::mem::replace(value, AttributeValue::Null(true))),
                FOOT => foot = Some(std::mem::replace(value, AttributeValue::Null(true))),
                _ => {}
            }
            return false;
        }
        if let Some(found) = keys.iter_mut().find(|key| **key == Some(name.as_str())) {
            *found = None;
        }
        true
    });
    Added { head, foot, missing_key: keys.into_iter().flatten().next() }
}

/// The recipient that was opened.
pub(super) struct Opened {
    pub(super) index: usize,
    pub(super) keys: RecipientKeys,
    pub(super) data_key: DataKey,
}

/// An item of which everything is known that needs no key.
pub(super) struct Stored<'a> {
    attributes: Vec<SignedAttribute<'a>>,
    /// The serialized values of attributes that are in the clear.
    plaintext: Vec<u8>,
    pub(super) context: EncryptionContext,
}

impl<'a> Stored<'a> {
    /// `item` does not contain the attributes that the format added.
    pub(super) fn new(
        item: &'a mut Item,
        header: &Header<'_>,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Self> {
        let keys = key_names(context)?;
        let mut attributes = attributes::signed(item, |name| {
            let is_signed = keys.contains(&Some(name)) || actions.action(name) != AttributeAction::DoNothing;
            Ok(is_signed.then_some(SignedAction::Sign))
        })?;
        if attributes.len() != header.legend.len() {
            return Err(other_attributes(&attributes, header.legend.len()));
        }
        for (attribute, action) in attributes.iter_mut().zip(&header.legend) {
            attribute.action = *action;
        }
        let plaintext = attributes::serialize_plaintext(&mut attributes).map_err(unserializable)?;
        let computed = encryption_context::computed(context, header.version, &attributes, &plaintext)
            .map_err(|_| Error::integrity())?;
        let context = encryption_context::with_stored(computed, &header.stored_context).ok_or_else(contradicted)?;
        if context.get(PUBLIC_KEY).is_some() != header.suite.has_signature() {
            return Err(contradicted());
        }
        Ok(Self { attributes, plaintext, context })
    }

    /// Verifies all that there is to verify, and then decrypts the values in place.
    pub(super) fn open(
        self,
        header: &Header<'_>,
        head: &[u8],
        foot: &AttributeValue,
        opened: Opened,
        table_name: &str,
    ) -> Result<()> {
        let Opened { index, keys: recipient_keys, data_key } = opened;
        let keys = ItemKeys::derive(&data_key, &header.message_id).ok_or_else(Error::integrity)?;
        if !header.is_committed_to(&keys.commit_key) {
            return Err(Error::integrity());
        }
        let AttributeValue::B(foot) = foot else {
            return Err(Error::integrity());
        };
        let footer =
            Footer::parse(foot.as_ref(), header.suite, header.recipients.len()).ok_or_else(Error::integrity)?;
        let digest = self.digest(head, table_name).ok_or_else(Error::integrity)?;
        if !footer.tags.get(index).is_some_and(|tag| recipient_keys.verify(&digest, tag)) {
            return Err(Error::integrity());
        }
        if let Some(public_key) = self.context.get(PUBLIC_KEY)
            && !signer::verify(public_key, &digest, footer.signature)?
        {
            return Err(Error::integrity());
        }
        self.decrypt(&keys.root_key, table_name).ok_or_else(Error::integrity)
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&str> {
        self.attributes.iter().map(|attribute| attribute.name).collect()
    }

    /// `None` if a value that is encrypted by the legend is not even a binary.
    pub(super) fn digest(&self, head: &[u8], table_name: &str) -> Option<RecordDigest> {
        let mut record = Record::new(head, self.context.serialized());
        let mut paths = Paths::of_table(table_name);
        for attribute in &self.attributes {
            let path = paths.path(attribute.name);
            match &*attribute.value {
                AttributeValue::B(stored) if attribute.is_encrypted() => {
                    record.add_encrypted(path, stored.as_ref())?;
                }
                _ if attribute.is_encrypted() => return None,
                _ => record.add_plaintext(path, self.plaintext.get(attribute.serialized.clone())?),
            }
        }
        Some(record.finish())
    }

    /// Is only called after the item was verified. The time it takes does not reveal which value could not be
    /// decrypted.
    fn decrypt(self, root_key: &[u8; 32], table_name: &str) -> Option<()> {
        let count = self.attributes.iter().filter(|attribute| attribute.is_encrypted()).count();
        let keys = FieldKeys::derive(root_key, count);
        let mut keys = keys.iter();
        let mut paths = Paths::of_table(table_name);
        let mut are_sound = true;
        for attribute in self.attributes {
            let is_encrypted = attribute.is_encrypted();
            let SignedAttribute { name, value, .. } = attribute;
            if is_encrypted {
                let decrypted = match (std::mem::replace(value, AttributeValue::Null(true)), keys.next()) {
                    (AttributeValue::B(stored), Some(key)) => key.open(paths.path(name), stored.into_inner()),
                    _ => None,
                };
                are_sound &= decrypted.is_some();
                *value = decrypted.unwrap_or(AttributeValue::Null(true));
            }
            // A signature covers the number, and a program reads the text.
            are_sound &= normalize_numbers(value, is_encrypted).is_some();
        }
        are_sound.then_some(())
    }
}

/// Returns the error for an item with a value that cannot have been signed.
fn unserializable(error: Error) -> Error {
    if error.kind() == ErrorKind::Codec { Error::integrity() } else { error }
}

/// The header contains no names, so the attribute cannot be named.
fn other_attributes(signed: &[SignedAttribute<'_>], recorded: usize) -> Error {
    let names: Vec<&str> = signed.iter().map(|attribute| attribute.name).collect();
    damaged(format!(
        "the item was written with {recorded} signed attributes, and {} of those that it has are signed by these actions: \
         {names:?}; an attribute was added or removed, or became signed or unsigned since",
        signed.len()
    ))
    .with_attribute(HEAD)
}

fn contradicted() -> Error {
    damaged("the header contradicts the item's encryption context").with_attribute(HEAD)
}

fn no_candidate(held: &[String], recipients: &[EncryptedDataKey]) -> Error {
    /// The number of keys in an error, of at most 255.
    const SHOWN: usize = 8;

    let shown = |recipient| RecipientDescription::of(recipient).to_string();
    let shown: Vec<String> = recipients.iter().take(SHOWN).map(shown).collect();
    Error::materials(format!(
        "the keyring has no key for any recipient of the item; it has {}, and the item has {}",
        held.join(", "),
        shown.join(", ")
    ))
}
