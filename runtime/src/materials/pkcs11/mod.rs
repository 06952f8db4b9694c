//! Keys that never leave a PKCS#11 token.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cryptoki::object::{KeyType, ObjectClass};

use crate::error::{Error, Result};

use self::sessions::{KeyName, KeySession, Sessions};

pub(crate) mod sessions;
mod signing_key;
mod wrapping_key;

pub use signing_key::{Pkcs11SignatureAlgorithm, Pkcs11SigningKey};
pub use wrapping_key::Pkcs11WrappingKey;

/// A token of a PKCS#11 device, logged in: a hardware security module, AWS CloudHSM, a smart card, SoftHSM. Feature `pkcs11`.
///
/// Calls to the token run on Tokio's threads for blocking work, each in its own session; sessions are kept for later calls.
/// After an outage new sessions are opened and logged in. A call that fails in the token fails with `Materials`.
///
/// ```no_run
/// use dynaseal::materials::{HmacAlgorithm, Pkcs11Token, WrappedProvider};
///
/// # async fn example() -> dynaseal::Result<()> {
/// let pin = std::env::var("TOKEN_PIN").unwrap_or_default();
/// let token = Pkcs11Token::open("/usr/lib/softhsm/libsofthsm2.so", "production", pin).await?;
/// let provider = WrappedProvider::new(
///     token.wrapping_key("items-wrap").await?,
///     token.signing_key("items-sign", HmacAlgorithm::HmacSha256).await?,
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pkcs11Token(Arc<Sessions>);

impl Pkcs11Token {
    /// Loads the PKCS#11 module at `module`, finds the token labeled `label`, and logs in as its user.
    ///
    /// # Errors
    /// `Materials` if the module cannot be loaded, there is not exactly one such token, it rejects the PIN, or there is no
    /// Tokio runtime.
    pub async fn open(module: impl AsRef<Path>, label: impl Into<String>, pin: impl Into<String>) -> Result<Self> {
        Sessions::open(module.as_ref().to_owned(), label.into(), pin.into()).await.map(Arc::new).map(Self)
    }

    /// Returns the AES key labeled `label`, for wrapping content keys with AES key wrap (`CKM_AES_KEY_WRAP`, RFC 3394).
    ///
    /// The key must be allowed to wrap and unwrap (`CKA_WRAP`, `CKA_UNWRAP`), and the token must allow reading the content keys
    /// that it unwraps.
    ///
    /// # Errors
    /// `Materials` if there is not exactly one such key, or the call to the token fails.
    pub async fn wrapping_key(&self, label: impl Into<String>) -> Result<Pkcs11WrappingKey> {
        Pkcs11WrappingKey::find(self.clone(), label.into()).await
    }

    /// Returns the key labeled `label`, for signing items with `algorithm`.
    ///
    /// For an asymmetric algorithm, the token needs both the private and the public key under this label to write and to read
    /// items. With the private key alone it can only sign, with the public key alone only verify.
    ///
    /// # Errors
    /// `Materials` if there is no such key or more than one, or the call to the token fails.
    pub async fn signing_key(
        &self,
        label: impl Into<String>,
        algorithm: impl Into<Pkcs11SignatureAlgorithm>,
    ) -> Result<Pkcs11SigningKey> {
        Pkcs11SigningKey::find(self.clone(), label.into(), algorithm.into()).await
    }

    /// Runs `job` on a thread that may block. Errors name the token.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut KeySession) -> cryptoki::error::Result<T> + Send + 'static,
    ) -> Result<T> {
        sessions::run(self.0.clone(), job).await
    }

    /// Returns the name of the only key of this class and type with this label, or `None`.
    pub(crate) async fn key(
        &self,
        class: ObjectClass,
        key_type: Option<KeyType>,
        label: &str,
    ) -> Result<Option<KeyName>> {
        let name = KeyName { class, key_type, label: label.to_owned() };
        let sought = name.clone();
        match self.run(move |session| session.count(&sought)).await? {
            0 => Ok(None),
            1 => Ok(Some(name)),
            _ => Err(Error::materials(format!("the PKCS#11 token has more than one key labeled {label:?}"))),
        }
    }

    pub(crate) fn missing(&self, what: &str, label: &str) -> Error {
        Error::materials(format!("the PKCS#11 token {:?} has no {what} labeled {label:?}", self.0.label()))
    }
}

impl fmt::Debug for Pkcs11Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pkcs11Token").field(&self.0.label()).finish()
    }
}
