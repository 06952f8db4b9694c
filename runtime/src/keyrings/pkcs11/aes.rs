//! An AES key in a token.

use cryptoki::error::Result as TokenResult;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{KeyType, ObjectClass};

use crate::crypto::gcm::{Nonce, TAG};
use crate::crypto::random;
use crate::error::Result;
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::keyrings::KeyName;
use crate::keyrings::raw_aes::{info, nonce};
use crate::materials::Pkcs11Token;
use crate::materials::pkcs11::sessions::{KeyName as TokenKey, KeySession};

use super::opened;

/// A keyring with an AES key in a PKCS#11 token, which wraps with AES-GCM (`CKM_AES_GCM`). Feature `pkcs11`.
///
/// Items are those of a [`RawAesKeyring`](crate::keyrings::RawAesKeyring) of the same namespace, name and key: either
/// reads the items of the other. The key must be allowed to encrypt and decrypt (`CKA_ENCRYPT`, `CKA_DECRYPT`). Each
/// item costs one call to the token.
///
/// ```no_run
/// use dynaseal::keyrings::Pkcs11AesKeyring;
/// use dynaseal::materials::Pkcs11Token;
///
/// # async fn example() -> dynaseal::Result<()> {
/// let pin = std::env::var("TOKEN_PIN").unwrap_or_default();
/// let token = Pkcs11Token::open("/usr/lib/softhsm/libsofthsm2.so", "production", pin).await?;
/// let keyring = Pkcs11AesKeyring::find(&token, "items", "payroll", "2026").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Pkcs11AesKeyring {
    token: Pkcs11Token,
    key: TokenKey,
    name: KeyName,
}

impl Pkcs11AesKeyring {
    /// Finds the AES key labeled `label`. Items record it under this namespace and name.
    ///
    /// # Errors
    /// `Materials` if there is not exactly one such key, or the call to the token fails; `Usage` for names that
    /// [`RawAesKeyring::new`](crate::keyrings::RawAesKeyring::new) rejects.
    #[inline]
    pub async fn find(
        token: &Pkcs11Token,
        label: impl Into<String> + Send,
        namespace: impl Into<String> + Send,
        name: impl Into<String> + Send,
    ) -> Result<Self> {
        let (name, label) = (KeyName::new(namespace, name)?, label.into());
        let found = token.key(ObjectClass::SECRET_KEY, Some(KeyType::AES), &label).await?;
        let key = found.ok_or_else(|| token.missing("AES key", &label))?;
        Ok(Self { token: token.clone(), key, name })
    }

    #[inline]
    async fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let key = IntermediateKey::generate()?;
        let mut nonce = Nonce::default();
        random::fill_key(&mut nonce)?;
        let (token_key, text, context) = (self.key.clone(), key.clone(), context.authenticated_data().to_vec());
        let (nonce, ciphertext) =
            self.token.run(move |session| wrap(session, &token_key, nonce, &context, &text)).await?;
        Ok((key, EncryptedDataKey::new(&self.name.namespace, info(&self.name, &nonce), ciphertext)))
    }

    #[inline]
    async fn unwrap_key(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Result<IntermediateKey> {
        let nonce = nonce(&self.name, &recipient.provider_info).ok_or_else(IntermediateKey::rejected)?;
        if recipient.ciphertext.len() != IntermediateKey::LENGTH + TAG {
            return Err(IntermediateKey::rejected());
        }
        let (token_key, ciphertext) = (self.key.clone(), recipient.ciphertext.clone());
        let context = context.authenticated_data().to_vec();
        let key = self.token.run(move |session| unwrap(session, &token_key, nonce, &context, &ciphertext)).await?;
        key.ok_or_else(IntermediateKey::rejected)
    }
}

impl Keyring for Pkcs11AesKeyring {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key(context).await?]) })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        self.name.candidates(recipients, |info| nonce(&self.name, info).is_some())
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(self.unwrap_key(context, recipient))
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        vec![self.name.shown()]
    }
}

/// Returns the nonce and the ciphertext. A token that generates nonces itself replaces the given one.
#[inline]
fn wrap(
    session: &mut KeySession,
    key: &TokenKey,
    mut nonce: Nonce,
    context: &[u8],
    text: &IntermediateKey,
) -> TokenResult<(Nonce, Vec<u8>)> {
    let (session, handle) = session.with_key(key)?;
    let mechanism = Mechanism::AesGcm(GcmParams::new(&mut nonce, context, TAG_BITS.try_into()?)?);
    let ciphertext = session.encrypt(&mechanism, handle, text.as_bytes())?;
    Ok((nonce, ciphertext))
}

#[inline]
fn unwrap(
    session: &mut KeySession,
    key: &TokenKey,
    mut nonce: Nonce,
    context: &[u8],
    ciphertext: &[u8],
) -> TokenResult<Option<IntermediateKey>> {
    let (session, handle) = session.with_key(key)?;
    let mechanism = Mechanism::AesGcm(GcmParams::new(&mut nonce, context, TAG_BITS.try_into()?)?);
    opened(session.decrypt(&mechanism, handle, ciphertext))
}

const TAG_BITS: usize = 8 * TAG;
