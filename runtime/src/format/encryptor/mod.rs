//! The one door between plaintext items and stored items.

use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;

use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::format::context::EncryptionContext;
use crate::format::ddbec::dialect::Dialect;
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::names::Names;
use crate::format::ddbec::provider::{CryptographicMaterialsProvider, DecryptionMaterials, MaterialsRequest};
use crate::format::ddbec::signed::SignedAttributes;
use crate::format::ddbec::{self, description};
use crate::item::limits::{check_values, limit_nesting};
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeActions;

/// Encrypts and signs items, verifies and decrypts them.
///
/// A [`Repository`](crate::Repository) does this by itself. The encryptor is for items that travel another way, such as
/// streams and exports, and for schemas that are only known at run time. It takes any action for any attribute: that a
/// primary key stays readable is for its caller to see to.
///
/// What it writes is the item format of AWS's [DynamoDB Encryption Client][concepts], as version 2.0.3 of its Java client
/// and version 3.3.0 of its Python client write and read it. The guide's page `wire_format` describes it byte by byte.
///
/// ```
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptionContext, Item, ItemEncryptor};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let encryptor = ItemEncryptor::new(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?));
/// let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
/// let context = EncryptionContext::new("employees").partition_key("id");
///
/// let item = Item::from([
///     ("id".to_owned(), AttributeValue::S("e-1".to_owned())),
///     ("salary".to_owned(), AttributeValue::N("4200".to_owned())),
/// ]);
/// let stored = encryptor.encrypt(item.clone(), &actions, &context).await?;
/// assert!(stored["salary"].is_b());
/// assert_eq!(encryptor.decrypt(stored, &actions, &context).await?, item);
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
///
/// [concepts]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/DDBEC-legacy-concepts.html
#[derive(Clone, Debug)]
pub struct ItemEncryptor {
    provider: Arc<dyn CryptographicMaterialsProvider>,
    python_numbers: bool,
    names: Names,
}

impl ItemEncryptor {
    /// An encryptor that asks `provider` for its keys.
    pub fn new(provider: impl CryptographicMaterialsProvider + 'static) -> Self {
        Self { provider: Arc::new(provider), python_numbers: false, names: Names::default() }
    }

    /// Also accepts signatures of the Python client over numbers of more than 28 digits that are signed in plain.
    ///
    /// That client signs such a number after rounding it to 28 digits. Under such a signature the digits that follow can be
    /// changed unnoticed, which is why it is refused unless asked for.
    #[must_use]
    pub fn accept_python_numbers(mut self) -> Self {
        self.python_numbers = true;
        self
    }

    /// Names the attribute that holds the signature, instead of `*amzn-ddb-map-sig*`.
    ///
    /// For tables that the Java client wrote with `setSignatureFieldName`. The Python client knows only the usual names.
    #[must_use]
    pub fn signature_attribute(mut self, name: impl Into<String>) -> Self {
        self.names.signature = name.into().into();
        self
    }

    /// Names the attribute that holds the material description, instead of `*amzn-ddb-map-desc*`.
    ///
    /// For tables that the Java client wrote with `setMaterialDescriptionFieldName`. The Python client knows only the usual
    /// names.
    #[must_use]
    pub fn description_attribute(mut self, name: impl Into<String>) -> Self {
        self.names.description = name.into().into();
        self
    }

    /// Sets what the encryptor's own entries of the material description begin with, instead of `amzn-ddb-map-`.
    ///
    /// For tables that the Java client wrote with `getInstance(provider, base)`. Providers' entries keep their names.
    #[must_use]
    pub fn description_prefix(mut self, prefix: &str) -> Self {
        self.names.set_description_prefix(prefix);
        self
    }

    /// The provider that is asked for keys.
    pub fn provider(&self) -> &dyn CryptographicMaterialsProvider {
        &*self.provider
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Encrypts the values whose action says so, signs the item, and adds the two attributes that say how.
    ///
    /// An item is returned as it is if the actions protect nothing whatsoever. A set that is empty or has a member twice,
    /// which DynamoDB would refuse, can be encrypted.
    ///
    /// # Errors
    /// * `Usage` if the item has an attribute that is named like one of the two that are added (`*amzn-ddb-map-sig*` and
    ///   `*amzn-ddb-map-desc*`, unless others were chosen), if the two were given the same name or none, or if values are
    ///   to be encrypted and the provider can only sign.
    /// * `Codec` for a value that DynamoDB cannot represent, such as a number of 39 digits, whatever its action is; and for
    ///   lists and maps that are nested more than 128 levels deep.
    /// * `Materials` and what else the provider fails with.
    pub async fn encrypt(&self, item: Item, actions: &AttributeActions, context: &EncryptionContext) -> Result<Item> {
        if actions.protect_nothing() {
            return Ok(item);
        }
        self.names.check()?;
        let mut item = PlaintextItem::from(limit_nesting(item)?);
        self.names.check_absent_from(&item)?;
        check_values(&item)?;
        let materials = self.provider.encryption_materials(MaterialsRequest::new(context, &item)).await?;
        let mut description = materials.description;
        let mut attributes = SignedAttributes::of(&mut item, actions);
        attributes.warn_of_divergence();

        if let Some(content_key) = &materials.content_key {
            attributes.encrypt(content_key, random::fill_initialization_vectors)?;
            description.insert(self.names.cipher_mode.clone(), ddbec::CBC_PKCS5);
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

    /// Verifies the signature, and only then decrypts. The two added attributes are gone from what is returned.
    ///
    /// Items of the Java and the Python client are read as well. An item is returned as it is if the actions protect nothing
    /// whatsoever.
    ///
    /// # Errors
    /// * `Integrity` if the item was not written with these keys, actions and table name, was changed since, or has no
    ///   signature.
    /// * `Materials` if the material description names other algorithms than the provider's, is damaged, or lacks something;
    ///   and what else the provider fails with.
    /// * `Usage` if values are to be decrypted and the provider can only verify, or if the two attributes were given the
    ///   same name or none.
    /// * `Codec` if lists and maps are nested more than 128 levels deep, which no stored item's are.
    pub async fn decrypt(&self, item: Item, actions: &AttributeActions, context: &EncryptionContext) -> Result<Item> {
        if actions.protect_nothing() {
            return Ok(item);
        }
        self.names.check()?;
        let mut item = PlaintextItem::from(limit_nesting(item)?);
        let Added { signature, description } = self.take_added(&mut item);
        // Everybody can see that it is missing: to say so at once tells nothing.
        let Some(AttributeValue::B(signature)) = signature else {
            return Err(Error::integrity());
        };
        let description = self.stored_description(description)?;
        self.check_cipher_mode(&description, actions)?;
        let request = MaterialsRequest::new(context, &item).signing_algorithm(self.signing_algorithm(&description));
        let materials = self.provider.decryption_materials(request, &description).await?;
        // From here on there is one error for all that can be wrong with the item, and it comes after the same steps: anything
        // else would tell that its content key could be unwrapped.
        let algorithm = materials.verification_key.algorithm();
        let is_refused = materials.is_refused || request.check_signing_algorithm(algorithm).is_err();
        if materials.content_key.is_none() && actions.encrypt_something() {
            return Err(no_content_key());
        }

        let mut attributes = SignedAttributes::of(&mut item, actions);
        self.verify(&mut attributes, signature.as_ref(), &materials, context).await?;
        if let Some(content_key) = &materials.content_key {
            attributes.decrypt(content_key).ok_or_else(Error::integrity)?;
        }
        if is_refused {
            return Err(Error::integrity());
        }
        Ok(item.into_inner())
    }

    /// Verifies in the dialect of the Java client, which is ours too, and if that fails in that of the Python client.
    async fn verify(
        &self,
        attributes: &mut SignedAttributes<'_>,
        signature: &[u8],
        materials: &DecryptionMaterials,
        context: &EncryptionContext,
    ) -> Result<()> {
        let dialects = [Dialect::Java, Dialect::PythonOrder, Dialect::PythonNumbers];
        let accepted = if self.python_numbers { &dialects[..] } else { &dialects[..2] };
        for dialect in accepted {
            attributes.sort(*dialect);
            let string_to_sign = attributes.string_to_sign(context, *dialect);
            if materials.verification_key.verify(string_to_sign, signature).await? {
                return Ok(());
            }
        }
        Err(Error::integrity())
    }

    /// In one pass: looking each of them up, and then removing it, takes longer.
    fn take_added(&self, item: &mut Item) -> Added {
        let mut added = Added::default();
        item.retain(|name, value| {
            let place = if *name == self.names.signature {
                &mut added.signature
            } else if *name == self.names.description {
                &mut added.description
            } else {
                return true;
            };
            *place = Some(std::mem::replace(value, AttributeValue::Null(true)));
            false
        });
        added
    }

    fn stored_description(&self, stored: Option<AttributeValue>) -> Result<MaterialDescription> {
        let name = self.names.description.as_ref();
        match stored {
            Some(AttributeValue::B(bytes)) => description::deserialize(bytes.as_ref()),
            Some(_) => Err(description::malformed("is not a binary")),
            // The Java client leaves an empty one out.
            None => Ok(MaterialDescription::new()),
        }
        .map_err(|error| error.with_attribute(name))
    }

    fn signing_algorithm<'a>(&self, description: &'a MaterialDescription) -> Option<&'a str> {
        description.entry(&self.names.signing_algorithm)
    }

    /// An item that nothing was encrypted of need not say how.
    fn check_cipher_mode(&self, description: &MaterialDescription, actions: &AttributeActions) -> Result<()> {
        match description.entry(&self.names.cipher_mode) {
            Some(ddbec::CBC_PKCS5) => Ok(()),
            None if !actions.encrypt_something() => Ok(()),
            _ => Err(Error::materials(format!(
                "the item's material description does not say that values are encrypted with {}",
                ddbec::CBC_PKCS5
            ))),
        }
    }
}

/// The two attributes that encryption added.
#[derive(Default)]
struct Added {
    signature: Option<AttributeValue>,
    description: Option<AttributeValue>,
}

fn no_content_key() -> Error {
    Error::new(
        ErrorKind::Usage,
        "the actions include EncryptAndSign, and the provider has no content key; use SignOnly or another provider",
    )
}

#[cfg(test)]
mod tests;
