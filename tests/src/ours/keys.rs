//! The keys of a setup.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, ItemSigningKey, WrappingKey};
#[cfg(feature = "aws-lc")]
use dynaseal::materials::{EcdsaAlgorithm, EcdsaSigningKey};
#[cfg(feature = "rsa")]
use dynaseal::materials::{RsaSignatureAlgorithm, RsaSigningKey, RsaWrapAlgorithm, RsaWrappingKey};

use super::BoxError;
use crate::setup::{Key, KeyMaterial};

#[cfg(feature = "aws-lc")]
const ECDSA: [EcdsaAlgorithm; 12] = {
    use EcdsaAlgorithm::*;
    [
        P256Sha224, P256Sha256, P256Sha384, P256Sha512, P384Sha224, P384Sha256, P384Sha384, P384Sha512, P521Sha224,
        P521Sha256, P521Sha384, P521Sha512,
    ]
};

/// Returns true if this build has the features that the key needs.
pub(super) fn is_supported(key: &Key) -> bool {
    match key.algorithm.as_str() {
        name if name.ends_with("RSA") => cfg!(feature = "rsa"),
        name if name.ends_with("ECDSA") => cfg!(feature = "aws-lc"),
        _ => true,
    }
}

pub(super) fn aes(key: &Key) -> Result<AesKey, BoxError> {
    match key.algorithm.as_str() {
        "AES" => Ok(AesKey::from_bytes(&secret(key)?)?),
        _ => Err(unknown(key)),
    }
}

pub(super) fn signing(key: &Key) -> Result<ItemSigningKey, BoxError> {
    if let Some(algorithm) = hmac_algorithm(&key.algorithm) {
        return Ok(HmacKey::from_bytes(algorithm, &secret(key)?)?.into());
    }
    #[cfg(feature = "rsa")]
    {
        use RsaSignatureAlgorithm::{Sha224, Sha256, Sha384, Sha512};
        let known = [Sha224, Sha256, Sha384, Sha512];
        if let Some(algorithm) = known.into_iter().find(|algorithm| algorithm.name() == key.algorithm) {
            return Ok(RsaSigningKey::from_pkcs8_der(algorithm, &private(key)?)?.into());
        }
    }
    #[cfg(feature = "aws-lc")]
    {
        // The name does not determine the curve, but the key does.
        for algorithm in ECDSA.into_iter().filter(|algorithm| algorithm.name() == key.algorithm) {
            if let Ok(key) = EcdsaSigningKey::from_pkcs8_der(algorithm, &private(key)?) {
                return Ok(key.into());
            }
        }
    }
    Err(unknown(key))
}

pub(super) fn hmac_algorithm(name: &str) -> Option<HmacAlgorithm> {
    use HmacAlgorithm::{HmacSha224, HmacSha256, HmacSha384, HmacSha512};
    [HmacSha224, HmacSha256, HmacSha384, HmacSha512].into_iter().find(|algorithm| algorithm.name() == name)
}

/// Returns a wrapping key for this transformation, which is only needed if the kind of the key does not determine it.
pub(super) fn wrapping(key: &Key, transformation: Option<&str>) -> Result<Arc<dyn WrappingKey>, BoxError> {
    match key.algorithm.as_str() {
        "RSA" => rsa_wrapping(key, transformation.unwrap_or("RSA")),
        _ => Ok(Arc::new(aes(key)?)),
    }
}

/// The JCE treats the bare `RSA` as PKCS#1 v1.5.
#[cfg(feature = "rsa")]
fn rsa_wrapping(key: &Key, transformation: &str) -> Result<Arc<dyn WrappingKey>, BoxError> {
    use RsaWrapAlgorithm::{OaepSha1, OaepSha224, OaepSha256, OaepSha384, OaepSha512, Pkcs1V15};
    let known = [OaepSha1, OaepSha224, OaepSha256, OaepSha384, OaepSha512, Pkcs1V15];
    for algorithm in known {
        let wrapping_key = RsaWrappingKey::from_pkcs8_der(algorithm, &private(key)?)?;
        if wrapping_key.accepts(Some(transformation)) {
            return Ok(Arc::new(wrapping_key));
        }
    }
    Err(unknown(key))
}

#[cfg(not(feature = "rsa"))]
fn rsa_wrapping(key: &Key, _: &str) -> Result<Arc<dyn WrappingKey>, BoxError> {
    Err(unknown(key))
}

fn unknown(key: &Key) -> BoxError {
    format!("dynaseal has no use for a key of {}, as it was built", key.algorithm).into()
}

fn secret(key: &Key) -> Result<Vec<u8>, BoxError> {
    match &key.material {
        KeyMaterial::Secret { secret } => Ok(STANDARD.decode(secret)?),
        KeyMaterial::Pair { .. } => Err(unknown(key)),
    }
}

#[cfg(any(feature = "rsa", feature = "aws-lc"))]
fn private(key: &Key) -> Result<Vec<u8>, BoxError> {
    match &key.material {
        KeyMaterial::Pair { private, .. } => Ok(STANDARD.decode(private)?),
        KeyMaterial::Secret { .. } => Err(unknown(key)),
    }
}
