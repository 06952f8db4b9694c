//! The provider trait, and its input and output types.

use std::fmt;
use std::sync::Arc;

use crate::crypto::aes_key::AesKey;
use crate::crypto::algorithm_name;
use crate::error::Result;
use crate::format::context::ItemContext;
use crate::item::{AttributeValue, Item};

use super::material_description::MaterialDescription;
use super::signing_key::ItemSigningKey;

pub use super::future::MaterialsFuture;

/// A cryptographic materials provider (CMP): provides the keys to encrypt and sign, or to verify and decrypt, an item.
///
/// It is called once per item, so slow operations should be cached, within what the provider promises about revocation.
///
/// ```
/// use dynaseal::materials::{
///     CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialDescription, MaterialsFuture,
///     MaterialsRequest, StaticProvider,
/// };
///
/// /// Different keys for every tenant, whose name is the partition key.
/// #[derive(Debug)]
/// struct PerTenant {
///     acme: StaticProvider,
///     others: StaticProvider,
/// }
///
/// impl PerTenant {
///     fn choose(&self, request: &MaterialsRequest<'_>) -> &StaticProvider {
///         match request.partition_key().and_then(|(_, value)| value.as_s().ok()) {
///             Some(tenant) if tenant == "acme" => &self.acme,
///             _ => &self.others,
///         }
///     }
/// }
///
/// impl CryptographicMaterialsProvider for PerTenant {
///     fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
///         self.choose(&request).encryption_materials(request)
///     }
///
///     fn decryption_materials<'a>(
///         &'a self,
///         request: MaterialsRequest<'a>,
///         description: &'a MaterialDescription,
///     ) -> MaterialsFuture<'a, DecryptionMaterials> {
///         self.choose(&request).decryption_materials(request, description)
///     }
/// }
/// ```
pub trait CryptographicMaterialsProvider: fmt::Debug + Send + Sync {
    /// Returns the keys to encrypt and sign an item.
    ///
    /// # Errors
    /// The error of the encryption; [`Error::materials`](crate::Error::materials) makes one.
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials>;

    /// Returns the keys to verify and decrypt an item, given its material description.
    ///
    /// Everything that can be checked without a key is checked before one is used: see
    /// [`MaterialsRequest::check_signing_algorithm`].
    ///
    /// # Errors
    /// The error of the decryption. Errors that depend on a key must be [`DecryptionMaterials::rejected`], which does
    /// not reveal the cause; [`Error::materials`](crate::Error::materials) creates the others.
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials>;

    /// Clears the cache, so that the next item uses new keys and sees revoked permissions. Does nothing by default.
    ///
    /// # Errors
    /// Errors of custom providers; those of this crate do not fail.
    fn refresh(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Prefetches keys that the first item would wait for. Does nothing by default.
    ///
    /// # Errors
    /// The error that the first item would fail with.
    fn warm_up(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// The item for which materials are requested.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct MaterialsRequest<'a> {
    context: &'a ItemContext,
    item: &'a Item,
    signing_algorithm: Option<&'a str>,
}

/// The keys that an item is encrypted and signed with.
#[derive(Debug)]
#[non_exhaustive]
pub struct EncryptionMaterials {
    /// The AES-CBC key that encrypts values; without it items can only be signed.
    pub content_key: Option<AesKey>,
    /// The key that signs the item.
    pub signing_key: ItemSigningKey,
    /// The material description that is stored with the item.
    pub description: MaterialDescription,
    /// True if no other item has this content key, which the operating system or KMS drew.
    pub(crate) has_fresh_content_key: bool,
}

/// The keys that an item is verified and decrypted with.
#[non_exhaustive]
pub struct DecryptionMaterials {
    /// The key that decrypts values.
    pub content_key: Option<AesKey>,
    /// The key that verifies the item.
    pub verification_key: ItemSigningKey,
    pub(crate) is_rejected: bool,
    /// Further keys, one of which may be the item's: if an unwrapping key returns a random key for a ciphertext of
    /// another key, only the values reveal the right one.
    pub(crate) other_content_keys: Vec<AesKey>,
}

impl<'a> MaterialsRequest<'a> {
    pub(crate) fn new(context: &'a ItemContext, item: &'a Item) -> Self {
        Self { context, item, signing_algorithm: None }
    }

    /// Sets the signing algorithm that the stored item names.
    pub(crate) fn signing_algorithm(mut self, algorithm: Option<&'a str>) -> Self {
        self.signing_algorithm = algorithm;
        self
    }

    /// Rejects an item whose description names a signing algorithm other than `expected`, that of the verification key. Another
    /// name of the same algorithm, such as `sha256withrsa`, is accepted. An item that names none is accepted, since the Java client does not record it for symmetric keys.
    ///
    /// A provider calls this before it unwraps a key. Later, the mismatch is an ordinary verification failure: a
    /// distinguishable error would reveal to a party that can write items which wrapped keys are authentic.
    ///
    /// # Errors
    /// `Materials`, naming the expected algorithm.
    pub fn check_signing_algorithm(&self, expected: &str) -> Result<()> {
        match self.signing_algorithm {
            Some(algorithm) if !algorithm_name::same(algorithm, expected) => Err(crate::Error::materials(format!(
                "the item names another signing algorithm than the key's, which is {expected}"
            ))),
            _ => Ok(()),
        }
    }

    /// The table name that the item is bound to.
    pub fn table_name(&self) -> &'a str {
        self.context.table_name()
    }

    /// The item: in plaintext if it is to be encrypted; if it is to be decrypted, as stored but without the two attributes that
    /// encryption added.
    pub fn item(&self) -> &'a Item {
        self.item
    }

    /// The partition key's name and value, if the context names it and the item has it.
    pub fn partition_key(&self) -> Option<(&'a str, &'a AttributeValue)> {
        self.attribute(self.context.partition_key_name())
    }

    /// The sort key's name and value, if the context names it and the item has it.
    pub fn sort_key(&self) -> Option<(&'a str, &'a AttributeValue)> {
        self.attribute(self.context.sort_key_name())
    }

    fn attribute(&self, name: Option<&'a str>) -> Option<(&'a str, &'a AttributeValue)> {
        let name = name?;
        Some((name, self.item.get(name)?))
    }
}

/// Omits the item, which can be plaintext.
impl fmt::Debug for MaterialsRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaterialsRequest").field("context", self.context).finish_non_exhaustive()
    }
}

impl EncryptionMaterials {
    /// Creates materials that can only sign.
    pub fn new(signing_key: impl Into<ItemSigningKey>) -> Self {
        Self {
            content_key: None,
            signing_key: signing_key.into(),
            description: MaterialDescription::new(),
            has_fresh_content_key: false,
        }
    }

    /// Sets the key that encrypts values. Other items may have it as well.
    #[must_use]
    pub fn with_content_key(mut self, key: AesKey) -> Self {
        self.content_key = Some(key);
        self.has_fresh_content_key = false;
        self
    }

    /// Sets a key that was drawn for this item alone.
    #[must_use]
    pub(crate) fn with_fresh_content_key(self, key: AesKey) -> Self {
        Self { has_fresh_content_key: true, ..self.with_content_key(key) }
    }

    /// Sets the material description that is stored with the item.
    #[must_use]
    pub fn with_description(mut self, description: MaterialDescription) -> Self {
        self.description = description;
        self
    }
}

impl DecryptionMaterials {
    /// Creates materials that can only verify.
    pub fn new(verification_key: impl Into<ItemSigningKey>) -> Self {
        Self {
            content_key: None,
            verification_key: verification_key.into(),
            is_rejected: false,
            other_content_keys: Vec::new(),
        }
    }

    /// Sets the key that decrypts values.
    #[must_use]
    pub fn with_content_key(mut self, key: AesKey) -> Self {
        self.content_key = Some(key);
        self
    }

    /// Creates the materials of an item whose content key cannot be unwrapped. The item is rejected after the same
    /// steps as any other, so that the time does not reveal the cause.
    pub(crate) fn reject(self) -> Result<Self> {
        Ok(Self { content_key: Some(AesKey::generate()?), is_rejected: true, ..self })
    }

    /// Returns the same materials again.
    pub(crate) fn for_another_attempt(&self) -> Self {
        Self {
            content_key: self.content_key.clone(),
            verification_key: self.verification_key.clone(),
            is_rejected: self.is_rejected,
            other_content_keys: self.other_content_keys.clone(),
        }
    }

    /// Returns the one opaque error for every failure that depends on a key.
    pub fn rejected() -> crate::Error {
        crate::Error::integrity()
    }
}

impl fmt::Debug for DecryptionMaterials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionMaterials")
            .field("content_key", &self.content_key)
            .field("verification_key", &self.verification_key)
            .finish_non_exhaustive()
    }
}

impl<P: CryptographicMaterialsProvider + ?Sized> CryptographicMaterialsProvider for Arc<P> {
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        (**self).encryption_materials(request)
    }

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        (**self).decryption_materials(request, description)
    }

    fn refresh(&self) -> MaterialsFuture<'_, ()> {
        (**self).refresh()
    }

    fn warm_up(&self) -> MaterialsFuture<'_, ()> {
        (**self).warm_up()
    }
}
