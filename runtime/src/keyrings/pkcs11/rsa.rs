//! An RSA key in a token.

use cryptoki::error::Result as TokenResult;
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{KeyType, ObjectClass};

use crate::error::Result;
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::keyrings::KeyName;
use crate::keyrings::rsa_padding::RsaPadding;
use crate::materials::Pkcs11Token;
use crate::materials::pkcs11::sessions::{KeyName as TokenKey, KeySession};

use super::opened;

/// A keyring with an RSA key in a PKCS#11 token (`CKM_RSA_PKCS`, `CKM_RSA_PKCS_OAEP`). Feature `pkcs11`.
///
/// Items are those of a raw RSA keyring of the same namespace, name, padding and key: either reads the items of the
/// other. To write, the token needs the public key, allowed to encrypt (`CKA_ENCRYPT`); to read, the private key,
/// allowed to decrypt (`CKA_DECRYPT`). Each item costs one call to the token. Not every token has OAEP with every hash
/// function: SoftHSM 2 has only SHA-1.
///
/// <div class="warning">
///
/// Anyone who has the public key can create items that verify. Such items are confidential, but do not prove who wrote
/// them.
///
/// </div>
#[derive(Clone, Debug)]
pub struct Pkcs11RsaKeyring {
    token: Pkcs11Token,
    label: String,
    private_key: Option<TokenKey>,
    public_key: Option<TokenKey>,
    padding: RsaPadding,
    name: KeyName,
}

impl Pkcs11RsaKeyring {
    /// Finds the RSA key labeled `label`, one half or both. Items record it under this namespace and name.
    ///
    /// # Errors
    /// `Materials` if there is no such key or more than one, or the call to the token fails; `Usage` for names that
    /// [`RawAesKeyring::new`](crate::keyrings::RawAesKeyring::new) rejects.
    #[inline]
    pub async fn find(
        token: &Pkcs11Token,
        label: impl Into<String> + Send,
        namespace: impl Into<String> + Send,
        name: impl Into<String> + Send,
        padding: RsaPadding,
    ) -> Result<Self> {
        let (name, label) = (KeyName::new(namespace, name)?, label.into());
        let private_key = token.key(ObjectClass::PRIVATE_KEY, Some(KeyType::RSA), &label).await?;
        let public_key = token.key(ObjectClass::PUBLIC_KEY, Some(KeyType::RSA), &label).await?;
        if private_key.is_none() && public_key.is_none() {
            return Err(token.missing("RSA key", &label));
        }
        Ok(Self { token: token.clone(), label, private_key, public_key, padding, name })
    }

    #[inline]
    async fn wrap_key(&self) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let token_key = self.public_key.clone().ok_or_else(|| self.token.missing("public key", &self.label))?;
        let key = IntermediateKey::generate()?;
        let (text, padding) = (key.clone(), self.padding);
        let ciphertext = self.token.run(move |session| wrap(session, &token_key, padding, &text)).await?;
        Ok((key, EncryptedDataKey::new(&self.name.namespace, self.name.name.as_bytes(), ciphertext)))
    }

    #[inline]
    async fn unwrap_key(&self, recipient: &EncryptedDataKey) -> Result<IntermediateKey> {
        let token_key = self.private_key.clone().ok_or_else(|| self.token.missing("private key", &self.label))?;
        if recipient.ciphertext.is_empty() {
            return Err(IntermediateKey::rejected());
        }
        let (ciphertext, padding) = (recipient.ciphertext.clone(), self.padding);
        let key = self.token.run(move |session| unwrap(session, &token_key, padding, &ciphertext)).await?;
        key.ok_or_else(IntermediateKey::rejected)
    }
}

impl Keyring for Pkcs11RsaKeyring {
    #[inline]
    fn wrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key().await?]) })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        self.name.candidates(recipients, |info| info == self.name.name.as_bytes())
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(self.unwrap_key(recipient))
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        vec![self.name.shown()]
    }
}

#[inline]
fn wrap(session: &mut KeySession, key: &TokenKey, padding: RsaPadding, text: &IntermediateKey) -> TokenResult<Vec<u8>> {
    let (session, handle) = session.with_key(key)?;
    session.encrypt(&mechanism(padding), handle, text.as_bytes())
}

#[inline]
fn unwrap(
    session: &mut KeySession,
    key: &TokenKey,
    padding: RsaPadding,
    ciphertext: &[u8],
) -> TokenResult<Option<IntermediateKey>> {
    let (session, handle) = session.with_key(key)?;
    opened(session.decrypt(&mechanism(padding), handle, ciphertext))
}

#[inline]
fn mechanism(padding: RsaPadding) -> Mechanism<'static> {
    let (hash, mask) = match padding {
        RsaPadding::Pkcs1V15 => return Mechanism::RsaPkcs,
        RsaPadding::OaepSha1 => (MechanismType::SHA1, PkcsMgfType::MGF1_SHA1),
        RsaPadding::OaepSha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
        RsaPadding::OaepSha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384),
        RsaPadding::OaepSha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
    };
    PkcsOaepParams::new(hash, mask, PkcsOaepSource::empty()).into()
}
