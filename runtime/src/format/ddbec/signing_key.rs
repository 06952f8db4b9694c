//! Keys that sign items.

use std::fmt;
use std::sync::Arc;

use crate::crypto::hmac::HmacKey;
use crate::error::{Error, Result};
use crate::format::ddbec::string_to_sign::StringToSign;

use super::future::MaterialsFuture;

/// A key that signs and verifies items, held by this process or by a device that it never leaves.
///
/// ```
/// use dynaseal::Result;
/// use dynaseal::materials::{MaterialsFuture, SigningKey};
///
/// # #[derive(Debug)]
/// # struct Device;
/// # impl Device {
/// #     async fn call(&self, _: &str, _: &[u8]) -> Result<Vec<u8>> { Ok(Vec::new()) }
/// # }
/// /// A key in a device on the network.
/// #[derive(Debug)]
/// struct RemoteKey(Device);
///
/// impl SigningKey for RemoteKey {
///     fn algorithm(&self) -> &str {
///         "SHA256withECDSA"
///     }
///
///     fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
///         Box::pin(self.0.call("sign", string_to_sign))
///     }
///
///     fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
///         Box::pin(async move {
///             let request = [signature, string_to_sign].concat();
///             Ok(self.0.call("verify", &request).await? == b"valid")
///         })
///     }
/// }
/// ```
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// Returns the algorithm that the key is bound to, by its name in [Java's Cryptography Architecture][jca], such as
    /// `SHA256withRSA`.
    ///
    /// It is recorded in the item, and a mismatch is rejected: stored data never chooses the algorithm.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    fn algorithm(&self) -> &str;

    /// Signs the string to sign; hashing is part of the algorithm. The string has 32 bytes, and 96 more for each signed
    /// attribute.
    ///
    /// # Errors
    /// The error of the encryption; [`Error::materials`](crate::Error::materials) makes one.
    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>>;

    /// Returns whether this is a signature by this key over this string.
    ///
    /// Returns `false` for every kind of invalid signature: items that fail verification are indistinguishable.
    ///
    /// # Errors
    /// Why the key could not be used; [`Error::materials`](crate::Error::materials) makes one.
    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool>;
}

impl<K: SigningKey + ?Sized> SigningKey for Arc<K> {
    fn algorithm(&self) -> &str {
        (**self).algorithm()
    }

    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
        (**self).sign(string_to_sign)
    }

    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
        (**self).verify(string_to_sign, signature)
    }
}

/// The key with which an item is signed or verified: an [`HmacKey`] or any [`SigningKey`], converted with `into()`.
#[derive(Clone, Debug)]
pub struct ItemSigningKey(Kind);

/// HMAC is a separate variant because most items use it: it needs no future on the heap.
#[derive(Clone, Debug)]
enum Kind {
    Hmac(HmacKey),
    Other(Arc<dyn SigningKey>),
}

impl ItemSigningKey {
    /// Returns the algorithm that the key is bound to, by its name in Java's Cryptography Architecture.
    pub fn algorithm(&self) -> &str {
        match &self.0 {
            Kind::Hmac(key) => key.algorithm().name(),
            Kind::Other(key) => key.algorithm(),
        }
    }

    pub(crate) async fn sign(&self, string_to_sign: StringToSign<'_>) -> Result<Vec<u8>> {
        match &self.0 {
            Kind::Hmac(key) => key.sign_parts(|sink| string_to_sign.write(sink)),
            Kind::Other(key) => key.sign(&string_to_sign.to_bytes()?).await,
        }
    }

    /// An item without a string to sign was never signed.
    pub(crate) async fn verify(&self, string_to_sign: StringToSign<'_>, signature: &[u8]) -> Result<bool> {
        let unsigned = |_| Error::integrity();
        match &self.0 {
            Kind::Hmac(key) => key.verify_parts(|sink| string_to_sign.write(sink), signature).map_err(unsigned),
            Kind::Other(key) => key.verify(&string_to_sign.to_bytes().map_err(unsigned)?, signature).await,
        }
    }
}

impl From<HmacKey> for ItemSigningKey {
    fn from(key: HmacKey) -> Self {
        Self(Kind::Hmac(key))
    }
}

impl<K: SigningKey + 'static> From<K> for ItemSigningKey {
    fn from(key: K) -> Self {
        Self(Kind::Other(Arc::new(key)))
    }
}
