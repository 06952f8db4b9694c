//! Key agreement without C: for builds with the feature `aws-lc` off.

use p256::elliptic_curve::Generate as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::crypto::curve::Curve;

/// A private key.
pub(crate) enum AgreementKey {
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
}

impl AgreementKey {
    pub(crate) fn generate(curve: Curve) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::SecretKey::try_generate_from_rng(&mut SysRng).ok()?),
            Curve::P384 => Self::P384(p384::SecretKey::try_generate_from_rng(&mut SysRng).ok()?),
            Curve::P521 => Self::P521(p521::SecretKey::try_generate_from_rng(&mut SysRng).ok()?),
        })
    }

    pub(crate) fn from_pkcs8_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::SecretKey::from_pkcs8_der(bytes).ok()?),
            Curve::P384 => Self::P384(p384::SecretKey::from_pkcs8_der(bytes).ok()?),
            Curve::P521 => Self::P521(p521::SecretKey::from_pkcs8_der(bytes).ok()?),
        })
    }

    /// Returns the compressed point of the public key (SEC 1, section 2.3.3).
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::P256(key) => key.public_key().to_sec1_point(true).as_bytes().to_vec(),
            Self::P384(key) => key.public_key().to_sec1_point(true).as_bytes().to_vec(),
            Self::P521(key) => key.public_key().to_sec1_point(true).as_bytes().to_vec(),
        })
    }

    /// Returns the x coordinate of the shared point; `None` if `peer` is not a compressed point of the curve.
    pub(crate) fn agree(&self, peer: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if !self.curve().is_compressed_point(peer) {
            return None;
        }
        let secret = match self {
            Self::P256(key) => {
                let peer = p256::PublicKey::from_sec1_bytes(peer).ok()?;
                p256::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()
            }
            Self::P384(key) => {
                let peer = p384::PublicKey::from_sec1_bytes(peer).ok()?;
                p384::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()
            }
            Self::P521(key) => {
                let peer = p521::PublicKey::from_sec1_bytes(peer).ok()?;
                p521::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()
            }
        };
        Some(Zeroizing::new(secret))
    }

    fn curve(&self) -> Curve {
        match self {
            Self::P256(_) => Curve::P256,
            Self::P384(_) => Curve::P384,
            Self::P521(_) => Curve::P521,
        }
    }
}

/// Returns the compressed point of a SubjectPublicKeyInfo; `None` if it is not a key on the curve.
pub(crate) fn compress_public_key_der(curve: Curve, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        Curve::P256 => p256::PublicKey::from_public_key_der(bytes).ok()?.to_sec1_point(true).as_bytes().to_vec(),
        Curve::P384 => p384::PublicKey::from_public_key_der(bytes).ok()?.to_sec1_point(true).as_bytes().to_vec(),
        Curve::P521 => p521::PublicKey::from_public_key_der(bytes).ok()?.to_sec1_point(true).as_bytes().to_vec(),
    })
}

/// Converts a compressed point to a SubjectPublicKeyInfo with an uncompressed point; `None` if it is not on the curve.
#[cfg(feature = "kms")]
pub(crate) fn public_key_der(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    use p256::pkcs8::EncodePublicKey as _;

    if !curve.is_compressed_point(point) {
        return None;
    }
    let der = match curve {
        Curve::P256 => p256::PublicKey::from_sec1_bytes(point).ok()?.to_public_key_der(),
        Curve::P384 => p384::PublicKey::from_sec1_bytes(point).ok()?.to_public_key_der(),
        Curve::P521 => p521::PublicKey::from_sec1_bytes(point).ok()?.to_public_key_der(),
    };
    der.ok().map(|der| der.as_bytes().to_vec())
}
