//! A new content key for every item, wrapped and stored with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::crypto::aes_key::AesKey;
use crate::crypto::key_wrap;
use crate::error::{Error, ErrorKind, Result};

use super::description::MaterialDescription;
use super::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use super::signing_key::ItemSigningKey;

/// The description's entry for the wrapped content key, in base64.
const WRAPPED_KEY: &str = "amzn-ddb-env-key";

/// The description's entry for what the content key is for.
const KEY_ALGORITHM: &str = "amzn-ddb-env-alg";

/// The description's entry for how the content key is wrapped.
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

/// `AES/256` would be more precise, but versions of the Java client before 1.15 cannot read it.
const AES: &str = "AES";

/// RFC 3394.
const AES_WRAP: &str = "AESWrap";

/// Draws a new 256-bit content key for every item and stores it with the item, wrapped under a wrapping key (AES key wrap,
/// RFC 3394).
///
/// <div class="warning">
///
/// The signing key is the same for all items, and the stored content key is not signed: that is how the format is. Someone
/// who can write to the table can replace an item's wrapped key by another item's. The values then decrypt to noise, which
/// is refused, but the format cannot rule out noise that happens to be well-formed. With keys from AWS KMS, where the
/// signing key depends on the content key, this cannot happen.
///
/// </div>
#[derive(Clone, Debug)]
pub struct WrappedProvider {
    wrapping_key: AesKey,
    signing_key: ItemSigningKey,
}

impl WrappedProvider {
    /// Wraps content keys under `wrapping_key`, and signs with `signing_key`.
    pub fn new(wrapping_key: AesKey, signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { wrapping_key, signing_key: signing_key.into() }
    }

    fn wrap(&self) -> Result<EncryptionMaterials> {
        let content_key = AesKey::generate()?;
        let wrapped = key_wrap::wrap(&self.wrapping_key, &content_key)
            .ok_or_else(|| Error::new(ErrorKind::Materials, "the wrapping key cannot be used with AES key wrap"))?;
        let description =
            [(WRAPPED_KEY, BASE64.encode(wrapped).as_str()), (KEY_ALGORITHM, AES), (WRAP_ALGORITHM, AES_WRAP)]
                .into_iter()
                .collect();
        Ok(EncryptionMaterials::new(self.signing_key.clone()).content_key(content_key).description(description))
    }

    fn unwrap(&self, description: &MaterialDescription) -> Result<DecryptionMaterials> {
        expect_algorithm(description, WRAP_ALGORITHM, |algorithm| algorithm == AES_WRAP, AES_WRAP)?;
        expect_algorithm(description, KEY_ALGORITHM, |algorithm| algorithm.split('/').next() == Some(AES), AES)?;
        let wrapped = description.entry(WRAPPED_KEY).ok_or_else(|| foreign(WRAPPED_KEY, "is missing"))?;
        let wrapped = BASE64.decode(wrapped).map_err(|_| foreign(WRAPPED_KEY, "is not base64"))?;
        let content_key = key_wrap::unwrap(&self.wrapping_key, &wrapped).ok_or_else(DecryptionMaterials::refused)?;
        Ok(DecryptionMaterials::new(self.signing_key.clone()).content_key(content_key))
    }
}

impl CryptographicMaterialsProvider for WrappedProvider {
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move { self.wrap() })
    }

    fn decryption_materials<'a>(
        &'a self,
        _: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move { self.unwrap(description) })
    }
}

/// The description never chooses an algorithm; it can only agree with the provider's.
fn expect_algorithm(
    description: &MaterialDescription,
    key: &'static str,
    accepted: impl Fn(&str) -> bool,
    expected: &str,
) -> Result<()> {
    match description.entry(key) {
        Some(algorithm) if accepted(algorithm) => Ok(()),
        Some(_) => Err(foreign(key, &format!("is not {expected}"))),
        None => Err(foreign(key, "is missing")),
    }
}

fn foreign(key: &str, how: &str) -> Error {
    Error::new(
        ErrorKind::Materials,
        format!("the item's material description is not one of this provider: `{key}` {how}"),
    )
}
