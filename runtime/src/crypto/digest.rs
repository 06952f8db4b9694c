//! SHA-256.

use sha2::Digest as _;

/// A SHA-256 digest of 32 bytes.
pub(crate) type Digest = [u8; 32];

pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    sha2::Sha256::digest(bytes).into()
}
