//! ECDSA on the NIST curves, with signatures in DER.

#[cfg(feature = "aws-lc")]
#[path = "ecdsa/aws_lc.rs"]
mod backend;
#[cfg(not(feature = "aws-lc"))]
#[path = "ecdsa/pure_rust.rs"]
mod backend;

pub(crate) use backend::{EcdsaPrivateKey, EcdsaPublicKey};

/// The curve and the hash function of an [`EcdsaSigningKey`](crate::materials::EcdsaSigningKey).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EcdsaAlgorithm {
    /// The curve P-256 with SHA-256.
    P256Sha256,
    /// The curve P-384 with SHA-384.
    P384Sha384,
    /// The curve P-521 with SHA-512.
    P521Sha512,
}

impl EcdsaAlgorithm {
    /// The name in Java's Cryptography Architecture, which is what stored items carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256Sha256 => "SHA256withECDSA",
            Self::P384Sha384 => "SHA384withECDSA",
            Self::P521Sha512 => "SHA512withECDSA",
        }
    }
}
