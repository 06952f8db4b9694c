//! The two algorithm suites of the format.

/// The algorithms that an item is encrypted and signed with: AES-256-GCM with key commitment, and HMAC-SHA-384 for every
/// recipient, without or with a digital signature.
///
/// The items say which of the two it is; a reader takes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlgorithmSuite {
    /// `ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_SYMSIG_HMAC_SHA384`.
    Symmetric,
    /// `ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384_SYMSIG_HMAC_SHA384`: also an ECDSA P-384 signature with a key pair
    /// that is made for the item.
    DigitalSignature,
}

impl AlgorithmSuite {
    /// The two bytes that AWS's specification identifies the suite by.
    pub fn id(self) -> u16 {
        match self {
            Self::Symmetric => 0x6700,
            Self::DigitalSignature => 0x6701,
        }
    }

    /// The byte that the header has for it.
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
