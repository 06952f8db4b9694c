//! Keys that wrap content keys.

use std::fmt;
use std::sync::Arc;

use crate::crypto::aes_key::AesKey;
use crate::crypto::algorithm_name;
use crate::format::ddbec::provider::MaterialsFuture;

/// A key that wraps and unwraps content keys, in this process or in a device that it never leaves.
///
/// Implemented by [`AesKey`] (AES key wrap, RFC 3394) and, with the feature `rsa`, by `RsaWrappingKey`.
///
/// ```
/// use dynaseal::{Error, Result};
/// use dynaseal::materials::{AesKey, MaterialsFuture, WrappingKey};
///
/// # #[derive(Debug)]
/// # struct Device;
/// # impl Device {
/// #     async fn call(&self, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>> { Ok(None) }
/// # }
/// /// A key in a device on the network.
/// #[derive(Debug)]
/// struct RemoteKey(Device);
///
/// impl WrappingKey for RemoteKey {
///     fn algorithm(&self) -> &str {
///         "AESWrap"
///     }
///
///     fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
///         Box::pin(async move {
///             let wrapped = self.0.call("wrap", content_key.as_bytes()).await?;
///             wrapped.ok_or_else(|| Error::materials("the device refused to wrap a key"))
///         })
///     }
///
///     fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
///         Box::pin(async move {
///             let content_key = self.0.call("unwrap", wrapped).await?;
///             Ok(content_key.and_then(|bytes| AesKey::from_bytes(&bytes).ok()))
///         })
///     }
/// }
/// ```
pub trait WrappingKey: fmt::Debug + Send + Sync {
    /// Returns how the key wraps, as recorded in items: a transformation of [Java's Cryptography Architecture][jca], such as `AESWrap`.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    fn algorithm(&self) -> &str;

    /// Returns whether an item whose description names `algorithm`, or no algorithm, can have been wrapped by this key.
    ///
    /// By default the name has to mean the same as [`algorithm`](Self::algorithm), as `AESWRAP` does for `AESWrap`. An item
    /// must never choose an algorithm: return true only for other names of the same algorithm.
    fn accepts(&self, algorithm: Option<&str>) -> bool {
        algorithm.is_some_and(|name| algorithm_name::same(name, self.algorithm()))
    }

    /// Returns false for a key that only wraps, such as a public key. Items can then be written but not read.
    fn can_unwrap(&self) -> bool {
        true
    }

    /// Returns true if [`unwrap`](Self::unwrap) may return a random key for a content key wrapped under another key, as RSA
    /// with PKCS#1 v1.5 does. If several keys accept an item, the others are then tried as well. False by default.
    fn rejects_implicitly(&self) -> bool {
        false
    }

    /// Returns the wrapped content key. Every item that is written has a new content key of 256 bits; other clients also
    /// use shorter ones.
    ///
    /// # Errors
    /// The error with which encryption fails; create it with [`Error::materials`](crate::Error::materials).
    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>>;

    /// Returns the content key, or `None` if the wrapped key is rejected for any reason: such items cannot be distinguished
    /// from others that fail verification.
    ///
    /// # Errors
    /// The reason why the key could not be used; create it with [`Error::materials`](crate::Error::materials).
    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>>;
}

impl<K: WrappingKey + ?Sized> WrappingKey for Arc<K> {
    fn algorithm(&self) -> &str {
        (**self).algorithm()
    }

    fn accepts(&self, algorithm: Option<&str>) -> bool {
        (**self).accepts(algorithm)
    }

    fn can_unwrap(&self) -> bool {
        (**self).can_unwrap()
    }

    fn rejects_implicitly(&self) -> bool {
        (**self).rejects_implicitly()
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        (**self).wrap(content_key)
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        (**self).unwrap(wrapped)
    }
}
