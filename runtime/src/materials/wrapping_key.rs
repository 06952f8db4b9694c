//! Keys that wrap content keys.

use std::fmt;
use std::sync::Arc;

use crate::crypto::aes_key::AesKey;
use crate::crypto::algorithm_name;
use crate::format::ddbec::provider::MaterialsFuture;

/// A key that wraps and unwraps content keys, wherever it is: in this process, or in a device that it never leaves.
///
/// [`AesKey`] is one (AES key wrap, RFC 3394), and so is `RsaWrappingKey` with the feature `rsa`.
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
    /// By default the name has to mean the same as [`algorithm`](Self::algorithm), as `AESWRAP` does for `AESWrap`. What is stored never chooses an algorithm: return
    /// true for other names of the same one only.
    fn accepts(&self, algorithm: Option<&str>) -> bool {
        algorithm.is_some_and(|name| algorithm_name::same(name, self.algorithm()))
    }

    /// False for a key that only wraps, such as a public key. Items can then be written and not read.
    fn can_unwrap(&self) -> bool {
        true
    }

    /// True if [`unwrap`](Self::unwrap) may return a random key for a wrapped key that is not its own, as RSA with PKCS#1 v1.5
    /// does. Where several keys can be an item's, the others are tried as well then. False by default.
    fn rejects_implicitly(&self) -> bool {
        false
    }

    /// The content key, wrapped. Every item that is written has a new one of 256 bits; other clients write shorter ones,
    /// too.
    ///
    /// # Errors
    /// What encryption fails with; [`Error::materials`](crate::Error::materials) makes one.
    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>>;

    /// Returns the content key, or `None` for every kind of failure: such items cannot be distinguished from others that fail
    /// verification.
    ///
    /// # Errors
    /// Why the key could not be used; [`Error::materials`](crate::Error::materials) makes one.
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
