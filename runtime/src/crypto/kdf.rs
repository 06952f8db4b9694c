//! Key derivation with HKDF (RFC 5869), and HMAC with the derived keys.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// A derived key of 256 bits.
pub(crate) type DerivedKey = Zeroizing<[u8; 32]>;

/// HKDF-SHA-512 without salt, after its extract step.
pub(crate) struct HkdfSha512(Hkdf<Sha512>);

impl HkdfSha512 {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Hkdf::new(None, key))
    }

    /// Returns the key for this purpose; `None` only if the crypto crate rejects the length.
    pub(crate) fn expand(&self, info: &[&[u8]]) -> Option<DerivedKey> {
        let mut key = Zeroizing::new([0; 32]);
        self.0.expand_multi_info(info, key.as_mut_slice()).ok()?;
        Some(key)
    }
}

/// HKDF-SHA-512 without salt: 64 bytes for this purpose; `None` only if the crypto crate rejects the length.
pub(crate) fn hkdf_sha512_64(key: &[u8], info: &[&[u8]]) -> Option<Zeroizing<[u8; 64]>> {
    let mut derived = Zeroizing::new([0; 64]);
    Hkdf::<Sha512>::new(None, key).expand_multi_info(info, derived.as_mut_slice()).ok()?;
    Some(derived)
}

/// HKDF-SHA-256 without salt. Returns the key for this purpose; `None` only if the crypto crate rejects the length.
pub(crate) fn hkdf_sha256(key: &[u8], info: &[u8]) -> Option<DerivedKey> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key).expand(info, derived.as_mut_slice()).ok()?;
    Some(derived)
}

/// Returns the HMAC-SHA-384 tag; `None` only if the crypto crate rejects the key.
pub(crate) fn hmac_sha384(key: &[u8; 32], message: &[u8]) -> Option<[u8; 48]> {
    Some(Hmac::<Sha384>::new_from_slice(key).ok()?.chain_update(message).finalize().into_bytes().into())
}

/// Returns whether `tag` is the HMAC-SHA-384 tag, compared in constant time.
pub(crate) fn verify_hmac_sha384(key: &[u8; 32], message: &[u8], tag: &[u8; 48]) -> bool {
    Hmac::<Sha384>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(message).verify_slice(tag).is_ok())
}

/// Returns the first 32 bytes of the HMAC-SHA-512 tag; `None` only if the crypto crate rejects the key.
pub(crate) fn hmac_sha512_256(key: &[u8; 32], message: &[u8]) -> Option<[u8; 32]> {
    let tag = Hmac::<Sha512>::new_from_slice(key).ok()?.chain_update(message).finalize().into_bytes();
    tag.first_chunk().copied()
}

/// Returns whether `tag` is the first 32 bytes of the HMAC-SHA-512 tag, compared in constant time.
pub(crate) fn verify_hmac_sha512_256(key: &[u8; 32], message: &[u8], tag: &[u8; 32]) -> bool {
    Hmac::<Sha512>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(message).verify_truncated_left(tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn counting<const N: usize>() -> [u8; N] {
        std::array::from_fn(|i| i as u8)
    }

    /// The known answers of the DB-ESDK format.
    #[test]
    fn hkdf_sha512_matches_the_known_answers() {
        let key = HkdfSha512::new(&counting());
        let message_id: [u8; 32] = counting();
        for (info, expected) in [
            (
                &[b"AWS_DBE_COMMIT_KEY", &message_id[..]][..],
                "e43ac3ca15dcd39468afa339154aa53c91f3ac391af5ae1a305b858947e533fa",
            ),
            (
                &[b"AWS_DBE_DERIVE_KEY", &message_id[..]],
                "1a120a48b9e9c22d87ef92921c7a413102b99dc90ee6fd984ce97d61c165bdca",
            ),
            (
                &[b"AWS_MPL_INTERMEDIATE_KEYWRAP_MAC"],
                "7bb5e936d6b6e4f1526bc18721ee2ff5065d2539c50be03b3e60a8c825d81592",
            ),
        ] {
            assert_eq!(hex(key.expand(info).unwrap().as_slice()), expected);
        }
    }

    #[test]
    fn changed_tags_are_rejected() {
        let (key, message) = (counting::<32>(), b"message");
        let tag = hmac_sha384(&key, message).unwrap();
        let short = hmac_sha512_256(&key, message).unwrap();
        assert!(verify_hmac_sha384(&key, message, &tag) && verify_hmac_sha512_256(&key, message, &short));
        for bit in 0..tag.len() * 8 {
            let mut changed = tag;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_hmac_sha384(&key, message, &changed));
        }
        for bit in 0..short.len() * 8 {
            let mut changed = short;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_hmac_sha512_256(&key, message, &changed));
        }
    }
}
