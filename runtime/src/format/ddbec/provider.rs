//! The provider trait, and what goes in and comes out.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::crypto::aes_key::AesKey;
use crate::error::Result;
use crate::format::context::ItemContext;
use crate::item::{AttributeValue, Item};

use super::material_description::MaterialDescription;
use super::signing_key::ItemSigningKey;

/// A cryptographic materials provider (CMP): gives the keys that an item is encrypted and signed, or verified and decrypted
/// with.
///
/// It is asked once for every item, so what is slow should be cached, within what the provider promises about revocation.
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
    /// The keys to encrypt and sign an item with.
    ///
    /// # Errors
    /// What encryption fails with; [`Error::materials`](crate::Error::materials) makes one.
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials>;

    /// The keys to verify and decrypt an item with, given what it says about how it was made.
    ///
    /// What can be seen without a key is checked before one is used: see [`MaterialsRequest::check_signing_algorithm`].
    ///
    /// # Errors
    /// What decryption fails with. What depends on a key must be [`DecryptionMaterials::refused`], which does not tell one cause
    /// from another; [`Error::materials`](crate::Error::materials) makes the others.
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials>;

    /// Forgets what is cached, so that the next item sees new keys and revoked permissions. Does nothing by default.
    ///
    /// # Errors
    /// Those of a provider of your own; this crate's have none.
    fn refresh(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Fetches ahead what the first item would wait for. Does nothing by default.
    ///
    /// # Errors
    /// What keeps it from that; the same as the first item would fail with.
    fn warm_up(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// What a provider's calls return; `Box::pin(async move { .. })` makes one.
pub type MaterialsFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The item that materials are asked for.
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
    /// The key that values are encrypted with, by AES-CBC; without one nothing can be encrypted, only signed.
    pub content_key: Option<AesKey>,
    /// The key that the item is signed with.
    pub signing_key: ItemSigningKey,
    /// What the item shall say about these keys.
    pub description: MaterialDescription,
}

/// The keys that an item is verified and decrypted with.
#[non_exhaustive]
pub struct DecryptionMaterials {
    /// The key that values are decrypted with.
    pub content_key: Option<AesKey>,
    /// The key that the item is verified with.
    pub verification_key: ItemSigningKey,
    pub(crate) is_refused: bool,
}

impl<'a> MaterialsRequest<'a> {
    pub(crate) fn new(context: &'a ItemContext, item: &'a Item) -> Self {
        Self { context, item, signing_algorithm: None }
    }

    /// With the algorithm that the stored item says it was signed with.
    pub(crate) fn signing_algorithm(mut self, algorithm: Option<&'a str>) -> Self {
        self.signing_algorithm = algorithm;
        self
    }

    /// Refuses an item that says it was signed with another algorithm than `expected`, which is that of the verification
    /// key. An item that does not say it is accepted, since the Java client does not write it for symmetric keys.
    ///
    /// A provider calls this before it unwraps anything. Afterwards, such an item is refused like every other that fails
    /// verification: if it were told apart then, whoever can write items could find out which wrapped keys are genuine.
    ///
    /// # Errors
    /// `Materials`, naming the expected algorithm.
    pub fn check_signing_algorithm(&self, expected: &str) -> Result<()> {
        match self.signing_algorithm {
            Some(algorithm) if algorithm != expected => Err(crate::Error::materials(format!(
                "the item says that it was signed with another algorithm than the key's, which is {expected}"
            ))),
            _ => Ok(()),
        }
    }

    /// The table name that the item is bound to.
    pub fn table_name(&self) -> &'a str {
        self.context.table_name()
    }

    /// The item: in plain if it is to be encrypted; if it is to be decrypted as stored, but without the two attributes that
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

/// The item can be in plain, so it is not shown.
impl fmt::Debug for MaterialsRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaterialsRequest").field("context", self.context).finish_non_exhaustive()
    }
}

impl EncryptionMaterials {
    /// Materials that can only sign.
    pub fn new(signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: None, signing_key: signing_key.into(), description: MaterialDescription::new() }
    }

    /// Adds the key that values are encrypted with.
    #[must_use]
    pub fn with_content_key(mut self, key: AesKey) -> Self {
        self.content_key = Some(key);
        self
    }

    /// Sets what the item shall say about these keys.
    #[must_use]
    pub fn with_description(mut self, description: MaterialDescription) -> Self {
        self.description = description;
        self
    }
}

impl DecryptionMaterials {
    /// Materials that can only verify.
    pub fn new(verification_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: None, verification_key: verification_key.into(), is_refused: false }
    }

    /// Adds the key that values are decrypted with.
    #[must_use]
    pub fn with_content_key(mut self, key: AesKey) -> Self {
        self.content_key = Some(key);
        self
    }

    /// Materials of an item whose content key cannot be unwrapped. It is refused, after all the steps that it takes to refuse
    /// another one, so that the time does not tell which of the two it was.
    pub(crate) fn refuse(self) -> Result<Self> {
        Ok(Self { content_key: Some(AesKey::generate()?), is_refused: true, ..self })
    }

    /// The one error for everything that went wrong with the help of a key. It does not say what.
    pub fn refused() -> crate::Error {
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
