//! The two algorithm suites of the format.

/// The algorithms with which an item is encrypted and signed: AES-256-GCM with key commitment, and HMAC-SHA-384 for
/// every recipient, with or without a digital signature.
///
/// Items record their suite; a reader accepts both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlgorithmSuite {
    /// `ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_SYMSIG_HMAC_SHA384`.
    Symmetric,
    /// `ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384_SYMSIG_HMAC_SHA384`: also an ECDSA P-384 signature with a key
    /// pair that is generated for the item.
    DigitalSignature,
}

impl AlgorithmSuite {
    /// The two bytes that identify the suite in AWS's specification.
    pub fn id(self) -> u16 {
        match self {
            Self::Symmetric => 0x6700,
            Self::DigitalSignature => 0x6701,
        }
    }

    /// Returns the suite's byte in the header.
    pub(super) fn flavor(self) -> u8 {
        match self {
            Self::Symmetric => 0,
            Self::DigitalSignature => 1,
        }
    }

    pub(super) fn from_flavor(flavor: u8) -> Option<Self> {
        match flavor {
            0 => Some(Self::Symmetric),
            1 => Some(Self::DigitalSignature),
            _ => None,
        }
    }

    pub(super) fn has_signature(self) -> bool {
        self == Self::DigitalSignature
    }
}
