//! Wrapping and unwrapping by calls to KMS, with all checks of the responses.

use aws_sdk_kms::primitives::Blob;

use crate::aws::kms::error::INCORRECT_KEY;
use crate::aws::kms::key_arn::KeyArn;
use crate::aws::kms::key_id::KmsKeyId;
use crate::aws::kms::{KmsContext, MAX_CIPHERTEXT, Service, another_key};
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey};

use super::{MAX_GRANT_TOKENS, PROVIDER};

/// Generates an intermediate key in KMS. `is_expected` returns whether the key that KMS used is the requested one.
#[inline]
pub(super) async fn wrap(
    service: &Service,
    key: &KmsKeyId,
    context: &EncryptionContext,
    is_expected: impl Fn(&KeyArn) -> bool,
) -> Result<(IntermediateKey, EncryptedDataKey)> {
    check_settings(service)?;
    let data_key = service.generate_data_key(key, for_kms(context), context.table_name()).await?;
    let used = KeyArn::parse(&data_key.used).filter(is_expected).ok_or_else(|| another_key(key, &data_key.used))?;
    let key = IntermediateKey::from_bytes(&data_key.plaintext).map_err(|_| wrong_length(data_key.plaintext.len()))?;
    let ciphertext = data_key.encrypted.into_inner();
    if !is_ciphertext(&ciphertext) {
        return Err(Error::materials(
            "KMS responded without an encrypted data key of 1 to 6,144 bytes; check the endpoint",
        ));
    }
    Ok((key, EncryptedDataKey::new(PROVIDER, used.to_string(), ciphertext)))
}

/// Returns the intermediate key of a recipient whose key is `key`. The request names it, and KMS rejects ciphertexts of
/// any other key.
#[inline]
pub(super) async fn unwrap(
    service: &Service,
    key: &KeyArn,
    context: &EncryptionContext,
    recipient: &EncryptedDataKey,
) -> Result<IntermediateKey> {
    check_settings(service)?;
    if !is_ciphertext(&recipient.ciphertext) {
        return Err(IntermediateKey::rejected());
    }
    let ciphertext = Blob::new(recipient.ciphertext.as_slice());
    let id = key.to_key_id();
    let opened = match service.decrypt((&id, true), &ciphertext, for_kms(context), context.table_name()).await {
        // The recipient names this key, so it was changed.
        Err(error) if error.aws_code() == Some(INCORRECT_KEY) => None,
        opened => opened?,
    };
    let opened = opened.ok_or_else(IntermediateKey::rejected)?;
    if opened.used != id.as_str() {
        return Err(another_key(&id, &opened.used));
    }
    IntermediateKey::from_bytes(&opened.plaintext)
}

/// Checks the limits of KMS. KMS validates the remaining settings.
#[inline]
pub(super) fn check_settings(service: &Service) -> Result<()> {
    if service.grant_tokens.len() > MAX_GRANT_TOKENS {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("the keyring has {} grant tokens, and KMS takes {MAX_GRANT_TOKENS}", service.grant_tokens.len()),
        ));
    }
    Ok(())
}

#[inline]
fn for_kms(context: &EncryptionContext) -> KmsContext {
    context.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[inline]
fn is_ciphertext(bytes: &[u8]) -> bool {
    (1..=MAX_CIPHERTEXT).contains(&bytes.len())
}

#[inline]
fn wrong_length(length: usize) -> Error {
    Error::materials(format!("KMS responded with a data key of {length} bytes instead of 32; check the endpoint"))
}
