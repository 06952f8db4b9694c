//! Verifies and decrypts an item.

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::item::limits::{is_nested, limit_nesting};
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeActions;

use super::dialect::Dialect;
use super::encrypt::no_content_key;
use super::material_description::MaterialDescription;
use super::prepared::Prepared;
use super::provider::MaterialsRequest;
use super::signed::SignedAttributes;
use super::{CBC_PKCS5, Ddbec, description};

impl Ddbec {
    /// Verifies the signature, and only then decrypts. The two attributes that encryption added are removed.
    pub(crate) async fn decrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        self.names.check()?;
        let (mut item, Added { signature, description }) = self.take_added(item)?;
        // A missing signature is visible without a key, so reporting it at once reveals nothing.
        let Some(AttributeValue::B(signature)) = signature else {
            return Err(Error::integrity());
        };
        let description = self.stored_description(description)?;
        self.check_cipher_mode(&description, actions)?;
        let request = MaterialsRequest::new(context, &item).signing_algorithm(self.signing_algorithm(&description));
        let materials = self.provider.decryption_materials(request, &description).await?;
        // From here on there is one error for every defect of the item, after the same steps: otherwise it would reveal
        // whether its content key could be unwrapped.
        let algorithm = materials.verification_key.algorithm();
        let is_rejected = materials.is_rejected || request.check_signing_algorithm(algorithm).is_err();
        if materials.content_key.is_none() && actions.encrypt_something() {
            return Err(no_content_key());
        }

        let prepared = Prepared::of(actions);
        let attributes = SignedAttributes::of(&mut item, actions, &prepared);
        let key = &materials.verification_key;
        let verified = attributes.verify(signature.as_ref(), key, context, self.accepted_dialects()).await;
        let mut verified = verified.map_err(unserializable)?;
        if let Some(content_key) = &materials.content_key {
            let decrypted = verified.decrypt_with_any(content_key, &materials.other_content_keys);
            decrypted.ok_or_else(Error::integrity)?;
        }
        verified.get_mut().normalize_numbers().ok_or_else(Error::integrity)?;
        if is_rejected {
            return Err(Error::integrity());
        }
        Ok(item.into_inner())
    }

    /// The dialect of the Java client, which this crate also writes, is tried first.
    fn accepted_dialects(&self) -> &'static [Dialect] {
        const DIALECTS: &[Dialect] = &[Dialect::Java, Dialect::PythonOrder, Dialect::PythonNumbers];
        const ORDERS: &[Dialect] = &[Dialect::Java, Dialect::PythonOrder];

        if self.python_numbers { DIALECTS } else { ORDERS }
    }

    /// Takes the two attributes that encryption added, and limits the nesting of the others.
    fn take_added(&self, mut item: Item) -> Result<(PlaintextItem, Added)> {
        if item.values().any(is_nested) {
            item = limit_nesting(item).map_err(unserializable)?;
        }
        let signature = item.remove(self.names.signature.as_ref());
        let description = item.remove(self.names.description.as_ref());
        if self.names.beacons {
            // They are not signed, and are not part of the item.
            item.retain(|name, _| !self.names.are_of(name));
        }
        Ok((item.into(), Added { signature, description }))
    }

    fn stored_description(&self, stored: Option<AttributeValue>) -> Result<MaterialDescription> {
        match stored {
            // No client writes a malformed one.
            Some(AttributeValue::B(bytes)) => description::deserialize(bytes.as_ref()).map_err(|_| Error::integrity()),
            Some(_) => Err(Error::integrity()),
            // The Java client omits an empty one.
            None => Ok(MaterialDescription::new()),
        }
    }

    fn signing_algorithm<'a>(&self, description: &'a MaterialDescription) -> Option<&'a str> {
        description.entry(&self.names.signing_algorithm)
    }

    /// An item without encrypted attributes need not record the cipher mode.
    fn check_cipher_mode(&self, description: &MaterialDescription, actions: &AttributeActions) -> Result<()> {
        match description.entry(&self.names.cipher_mode) {
            Some(CBC_PKCS5) => Ok(()),
            None if !actions.encrypt_something() => Ok(()),
            None => Err(Error::integrity()),
            Some(_) => Err(Error::materials(format!(
                "the item's material description does not name {} as the algorithm of its values",
                CBC_PKCS5
            ))),
        }
    }
}

/// A value without a serialized form was never signed: DynamoDB does not support it, and no client writes it.
fn unserializable(error: Error) -> Error {
    if error.kind() == ErrorKind::Codec { Error::integrity() } else { error }
}

/// The two attributes that encryption added.
struct Added {
    signature: Option<AttributeValue>,
    description: Option<AttributeValue>,
}
