//! Paddings of raw RSA keys.

/// The padding with which a raw RSA keyring wraps keys (RFC 8017, section 7). The mask generation of OAEP uses the same
/// hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RsaPadding {
    /// PKCS#1 v1.5, for existing tables.
    Pkcs1V15,
    /// OAEP with SHA-1.
    OaepSha1,
    /// OAEP with SHA-256. The usual choice.
    OaepSha256,
    /// OAEP with SHA-384. The key needs at least 1040 bits.
    OaepSha384,
    /// OAEP with SHA-512. The key needs at least 1296 bits.
    OaepSha512,
}
