//! Encrypts and signs an item.

use aws_sdk_dynamodb::primitives::Blob;

use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::format::identity::EncryptedNumbers;
use crate::item::limits::{check_writable, is_simple, limit_nesting};
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::dialect::Dialect;
use super::prepared::Prepared;
use super::provider::MaterialsRequest;
use super::signed::SignedAttributes;
use super::{CBC_PKCS5, Ddbec, description};

impl Ddbec {
    /// Encrypts the values whose action requires it, signs the item, and adds the signature and the material
    /// description.
    pub(crate) async fn encrypt(
        &self,
        item: Item,
        actions: &AttributeActions,
        context: &ItemContext,
        numbers: EncryptedNumbers,
    ) -> Result<Item> {
        self.names.check()?;
        let prepared = Prepared::of(actions);
        if prepared.has_foreign_action() {
            return Err(foreign_action(actions));
        }
        let mut item = self.check_item(item, actions, numbers)?;
        let materials = self.provider.encryption_materials(MaterialsRequest::new(context, &item)).await?;
        let mut description = materials.description;
        let mut attributes = SignedAttributes::of(&mut item, actions, &prepared);
        attributes.warn_of_divergence(&prepared);

        if let Some(content_key) = &materials.content_key {
            let is_fresh = materials.has_fresh_content_key;
            attributes.encrypt(content_key, |bytes| random::fill_initialization_vectors(bytes, is_fresh))?;
            description.insert(self.names.cipher_mode.clone(), CBC_PKCS5);
        } else if actions.encrypt_something() {
            return Err(no_content_key());
        }
        let signature = materials.signing_key.sign(attributes.string_to_sign(context, Dialect::Java)).await?;
        description.insert(self.names.signing_algorithm.clone(), description::text(materials.signing_key.algorithm()));

        item.insert(self.names.signature.to_string(), AttributeValue::B(Blob::new(signature)));
        let description = description::serialize(&description);
        item.insert(self.names.description.to_string(), AttributeValue::B(Blob::new(description)));
        Ok(item.into_inner())
    }
}

impl Ddbec {
    /// Rejects an item that cannot be written, before keys are requested for it.
    fn check_item(&self, item: Item, actions: &AttributeActions, numbers: EncryptedNumbers) -> Result<PlaintextItem> {
        // One pass suffices for most items.
        if item.iter().all(|(name, value)| is_simple(value) && !self.names.are_of(name)) {
            return Ok(item.into());
        }
        let item = PlaintextItem::from(limit_nesting(item)?);
        self.names.check_absent_from(&item)?;
        let are_any = self.long_numbers || numbers == EncryptedNumbers::Any;
        check_writable(&item, |name| are_any && actions.action(name) == AttributeAction::EncryptAndSign)?;
        Ok(item)
    }
}

/// This format has no encryption context for attributes.
fn foreign_action(actions: &AttributeActions) -> Error {
    let included = AttributeAction::SignAndIncludeInEncryptionContext;
    let error = Error::new(
        ErrorKind::Usage,
        "only items of the Database Encryption SDK have attributes that are signed and included in the encryption context; \
         use a keyring in place of the provider, or SignOnly",
    );
    match actions.declared().find(|(_, action)| *action == included) {
        Some((name, _)) => error.with_attribute(name),
        None => error,
    }
}

pub(super) fn no_content_key() -> Error {
    Error::new(
        ErrorKind::Usage,
        "the actions include EncryptAndSign, and the provider has no content key; use SignOnly or another provider",
    )
}
