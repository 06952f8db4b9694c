//! The curves of ECDSA, and hashes in the form that is signed on them.

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use crate::crypto::signature_algorithm::EcdsaAlgorithm;

/// A curve of NIST's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// The bytes of a coordinate.
    pub(crate) fn coordinate_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Whether these bytes have the form of a compressed point (SEC 1, section 2.3.3). They can still be none of the curve.
    pub(crate) fn is_compressed_point(self, point: &[u8]) -> bool {
        matches!(point, [2 | 3, x @ ..] if x.len() == self.coordinate_length())
    }

    /// The bytes of the longest hash that is signed whole.
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

    /// What is signed of a message: its hash, in the length of the hash that goes with the curve.
    ///
    /// ECDSA signs a number: the first bits of a hash that is too long for the curve, and a shorter hash as it is, so that
    /// zeros before it change nothing (FIPS 186-5, section 6.4.1). What implements the curves then needs to know one hash
    /// for each of them.
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
