//! Asymmetric signature algorithms by the names recorded in items, independent of the implementation.

/// The hash function of an RSA signature with PKCS#1 v1.5 padding (RFC 8017, section 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaSignatureAlgorithm {
    /// RSA with SHA-224.
    Sha224,
    /// RSA with SHA-256. The usual choice.
    Sha256,
    /// RSA with SHA-384.
    Sha384,
    /// RSA with SHA-512.
    Sha512,
}

impl RsaSignatureAlgorithm {
    /// Returns the name in [Java's Cryptography Architecture][jca], which is recorded in items.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha224 => "SHA224withRSA",
            Self::Sha256 => "SHA256withRSA",
            Self::Sha384 => "SHA384withRSA",
            Self::Sha512 => "SHA512withRSA",
        }
    }
}

/// The curve and the hash function of an ECDSA signature (FIPS 186-5), which is stored in DER (RFC 3279, section
/// 2.2.3). The usual choices are the three whose hash is as strong as the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EcdsaAlgorithm {
    /// The curve P-256 with SHA-224.
    P256Sha224,
    /// The curve P-256 with SHA-256. The usual choice.
    P256Sha256,
    /// The curve P-256 with SHA-384.
    P256Sha384,
    /// The curve P-256 with SHA-512.
    P256Sha512,
    /// The curve P-384 with SHA-224.
    P384Sha224,
    /// The curve P-384 with SHA-256.
    P384Sha256,
    /// The curve P-384 with SHA-384.
    P384Sha384,
    /// The curve P-384 with SHA-512.
    P384Sha512,
    /// The curve P-521 with SHA-224.
    P521Sha224,
    /// The curve P-521 with SHA-256.
    P521Sha256,
    /// The curve P-521 with SHA-384.
    P521Sha384,
    /// The curve P-521 with SHA-512.
    P521Sha512,
}

impl EcdsaAlgorithm {
    /// Returns the name in [Java's Cryptography Architecture][jca], which is recorded in items. It does not include the
    /// curve.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    pub fn name(self) -> &'static str {
        match self {
            Self::P256Sha224 | Self::P384Sha224 | Self::P521Sha224 => "SHA224withECDSA",
            Self::P256Sha256 | Self::P384Sha256 | Self::P521Sha256 => "SHA256withECDSA",
            Self::P256Sha384 | Self::P384Sha384 | Self::P521Sha384 => "SHA384withECDSA",
            Self::P256Sha512 | Self::P384Sha512 | Self::P521Sha512 => "SHA512withECDSA",
        }
    }
}
