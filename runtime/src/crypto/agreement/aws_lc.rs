//! Key agreement by AWS-LC.

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, ParsedPublicKeyFormat, PrivateKey, UnparsedPublicKey,
    agree,
};
use aws_lc_rs::encoding::{AsBigEndian, EcPublicKeyCompressedBin};
use zeroize::Zeroizing;

use crate::crypto::curve::Curve;

/// A private key.
pub(crate) struct AgreementKey {
    curve: Curve,
    key: PrivateKey,
}

impl AgreementKey {
    pub(crate) fn generate(curve: Curve) -> Option<Self> {
        Some(Self { curve, key: PrivateKey::generate(algorithm(curve)).ok()? })
    }

    pub(crate) fn from_pkcs8_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        Some(Self { curve, key: PrivateKey::from_private_key_der(algorithm(curve), bytes).ok()? })
    }

    /// Returns the compressed point of the public key (SEC 1, section 2.3.3).
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        let point: EcPublicKeyCompressedBin<'_> = self.key.compute_public_key().ok()?.as_be_bytes().ok()?;
        Some(point.as_ref().to_vec())
    }

    /// Returns the x coordinate of the shared point; `None` if `peer` is not a compressed point of the curve.
    pub(crate) fn agree(&self, peer: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if !self.curve.is_compressed_point(peer) {
            return None;
        }
        let peer = UnparsedPublicKey::new(algorithm(self.curve), peer);
        agree(&self.key, peer, (), |secret| Ok(Zeroizing::new(secret.to_vec()))).ok()
    }
}

/// Returns the compressed point of a SubjectPublicKeyInfo; `None` if it is not a key on the curve.
pub(crate) fn compress_public_key_der(curve: Curve, bytes: &[u8]) -> Option<Vec<u8>> {
    let parsed = ParsedPublicKey::try_from(UnparsedPublicKey::new(algorithm(curve), bytes)).ok()?;
    if parsed.format() != ParsedPublicKeyFormat::X509 {
        return None;
    }
    // The structure ends with the point.
    let coordinate = curve.coordinate_length();
    let (_, point) = bytes.split_at_checked(bytes.len().checked_sub(1 + 2 * coordinate)?)?;
    let [4, coordinates @ ..] = point else { return None };
    let (x, y) = coordinates.split_at_checked(coordinate)?;
    let sign = 2 + (y.last()? & 1);
    Some([&[sign], x].concat())
}

/// Converts a compressed point to a SubjectPublicKeyInfo with an uncompressed point; `None` if it is not on the curve.
#[cfg(feature = "kms")]
pub(crate) fn public_key_der(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1};

    if !curve.is_compressed_point(point) {
        return None;
    }
    // Public keys for key agreement cannot be written in another form, and those for signatures are the same.
    let algorithm = match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    };
    let der: PublicKeyX509Der<'_> = signature::ParsedPublicKey::new(algorithm, point).ok()?.as_der().ok()?;
    Some(der.as_ref().to_vec())
}

fn algorithm(curve: Curve) -> &'static Algorithm {
    match curve {
        Curve::P256 => &ECDH_P256,
        Curve::P384 => &ECDH_P384,
        Curve::P521 => &ECDH_P521,
    }
}
