//! Wrapping with a branch key: a key is derived from it for every intermediate key.

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::crypto::counter_mode::counter_mode;
use crate::crypto::gcm::{GcmKey, NONCE, Nonce, TAG};
use crate::crypto::kdf::DerivedKey;
use crate::crypto::random;
use crate::error::Result;
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey};
use crate::keyrings::key_store::branch_key::BranchKey;
use crate::keyrings::key_store::uuid::Uuid;

/// The provider id of recipients of this kind.
pub(super) const PROVIDER_ID: &str = "aws-kms-hierarchy";

/// The label of the derivation, which is the same.
const LABEL: &[u8] = PROVIDER_ID.as_bytes();

const SALT: usize = 16;
const VERSION: usize = 16;

/// A stored intermediate key: salt, nonce, version, ciphertext and tag.
pub(super) struct WrappedKey {
    salt: [u8; SALT],
    nonce: Nonce,
    pub(super) version: Uuid,
    sealed: Zeroizing<[u8; IntermediateKey::LENGTH + TAG]>,
}

/// Returns a new intermediate key in plaintext and wrapped; `None` only if the crypto crate rejects the key.
#[inline]
pub(super) fn wrap(
    branch_key: &BranchKey,
    context: &EncryptionContext,
) -> Option<Result<(IntermediateKey, EncryptedDataKey)>> {
    // One draw, because each draw from the operating system is a system call.
    let mut drawn = Zeroizing::new([0; SALT + NONCE + IntermediateKey::LENGTH]);
    if let Err(error) = random::fill_key(drawn.as_mut_slice()) {
        return Some(Err(error));
    }
    let (salt, rest) = drawn.split_first_chunk::<SALT>()?;
    let (nonce, key) = rest.split_first_chunk::<NONCE>()?;
    let version = branch_key.version_id();
    let mut ciphertext = Vec::with_capacity(SALT + NONCE + VERSION + IntermediateKey::LENGTH + TAG);
    ciphertext.extend_from_slice(salt);
    ciphertext.extend_from_slice(nonce);
    ciphertext.extend_from_slice(version.as_bytes());
    let text = ciphertext.len();
    ciphertext.extend_from_slice(key);
    let associated = associated_data(branch_key, context);
    let wrapping_key = GcmKey::new(derive(branch_key, salt)?.as_slice())?;
    let tag = wrapping_key.seal_in_place(*nonce, &associated, ciphertext.get_mut(text..)?)?;
    ciphertext.extend_from_slice(&tag);
    let key = IntermediateKey::from_bytes(key);
    Some(key.map(|key| (key, EncryptedDataKey::new(PROVIDER_ID, branch_key.id(), ciphertext))))
}

impl WrappedKey {
    /// Parses a wrapped key; `None` if the length is wrong.
    #[inline]
    pub(super) fn parse(ciphertext: &[u8]) -> Option<Self> {
        let (salt, rest) = ciphertext.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (version, sealed) = rest.split_first_chunk()?;
        let version = Uuid::from_bytes(*version);
        Some(Self { salt: *salt, nonce: *nonce, version, sealed: Zeroizing::new(sealed.try_into().ok()?) })
    }

    /// Returns the intermediate key; `None` if anything that it is bound to differs.
    #[inline]
    pub(super) fn unwrap(mut self, branch_key: &BranchKey, context: &EncryptionContext) -> Option<IntermediateKey> {
        let associated = associated_data(branch_key, context);
        let wrapping_key = GcmKey::new(derive(branch_key, &self.salt)?.as_slice())?;
        let key = wrapping_key.open_in_place(self.nonce, &associated, self.sealed.as_mut_slice())?;
        IntermediateKey::from_bytes(key).ok()
    }
}

#[inline]
fn derive(branch_key: &BranchKey, salt: &[u8; SALT]) -> Option<DerivedKey> {
    let mut key = DerivedKey::default();
    counter_mode::<Hmac<Sha256>>(branch_key.as_bytes(), LABEL, salt, key.as_mut_slice())?;
    Some(key)
}

#[inline]
fn associated_data(branch_key: &BranchKey, context: &EncryptionContext) -> Vec<u8> {
    [LABEL, branch_key.id().as_bytes(), branch_key.version_id().as_bytes(), context.authenticated_data()].concat()
}
