//! The NIST curves, and hashes as signed with ECDSA.

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use crate::crypto::signature_algorithm::EcdsaAlgorithm;

/// A NIST curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Returns the length of a coordinate, in bytes.
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub(crate) fn coordinate_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Returns whether these bytes have the form of a compressed point (SEC 1, section 2.3.3). The point may still not
    /// be on the curve.
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub(crate) fn is_compressed_point(self, point: &[u8]) -> bool {
        matches!(point, [2 | 3, x @ ..] if x.len() == self.coordinate_length())
    }

    /// Returns the length of the longest hash that is signed without truncation, in bytes.
    fn hash_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 64,
        }
    }
}

impl EcdsaAlgorithm {
    pub(crate) fn curve(self) -> Curve {
        match self {
            Self::P256Sha224 | Self::P256Sha256 | Self::P256Sha384 | Self::P256Sha512 => Curve::P256,
            Self::P384Sha224 | Self::P384Sha256 | Self::P384Sha384 | Self::P384Sha512 => Curve::P384,
            Self::P521Sha224 | Self::P521Sha256 | Self::P521Sha384 | Self::P521Sha512 => Curve::P521,
        }
    }

    /// Returns the value that is signed for a message: its hash, with the length of the hash function of the curve.
    ///
    /// ECDSA signs a number: the leading bits of a hash that is longer than the curve, and a shorter hash unchanged, so
    /// leading zeros have no effect (FIPS 186-5, section 6.4.1). The implementations of the curves then need one hash
    /// length for each.
    pub(crate) fn hash(self, message: &[u8]) -> Vec<u8> {
        let mut hash = match self {
            Self::P256Sha224 | Self::P384Sha224 | Self::P521Sha224 => Sha224::digest(message).to_vec(),
            Self::P256Sha256 | Self::P384Sha256 | Self::P521Sha256 => Sha256::digest(message).to_vec(),
            Self::P256Sha384 | Self::P384Sha384 | Self::P521Sha384 => Sha384::digest(message).to_vec(),
            Self::P256Sha512 | Self::P384Sha512 | Self::P521Sha512 => Sha512::digest(message).to_vec(),
        };
        let length = self.curve().hash_length();
        hash.truncate(length);
        let missing = length - hash.len();
        hash.splice(..0, std::iter::repeat_n(0, missing));
        hash
    }
}
