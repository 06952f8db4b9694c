//! AES key wrap (RFC 3394, default initial value, no padding).

use std::sync::Arc;

use aes::cipher::KeyInit;
use aes_kw::{KwAes128, KwAes192, KwAes256};
use zeroize::Zeroizing;

/// The bytes by which a wrapped key is longer than the key.
const OVERHEAD: usize = 8;

/// A wrapping key, expanded once and not for every item. Shared, with one allocation for each kind, as in
/// [`HmacKey`](crate::crypto::hmac::HmacKey).
#[derive(Clone)]
pub(crate) enum KeyWrap {
    Aes128(Arc<KwAes128>),
    Aes192(Arc<KwAes192>),
    Aes256(Arc<KwAes256>),
}

impl KeyWrap {
    /// Expands a key; `None` if its length is not that of an AES key.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Aes128(Arc::new(KwAes128::new_from_slice(key).ok()?)),
            24 => Self::Aes192(Arc::new(KwAes192::new_from_slice(key).ok()?)),
            _ => Self::Aes256(Arc::new(KwAes256::new_from_slice(key).ok()?)),
        })
    }

    /// Returns the wrapped content key; `None` only if the crypto crate rejects it.
    pub(crate) fn wrap(&self, content: &[u8]) -> Option<Vec<u8>> {
        let mut wrapped = vec![0; content.len() + OVERHEAD];
        match self {
            Self::Aes128(key) => key.wrap_key(content, &mut wrapped).ok()?,
            Self::Aes192(key) => key.wrap_key(content, &mut wrapped).ok()?,
            Self::Aes256(key) => key.wrap_key(content, &mut wrapped).ok()?,
        };
        Some(wrapped)
    }

    /// Returns the content key; `None` if it was wrapped under another key, was damaged, or is not an AES key.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        // Rejects longer input early: its cost would grow with its length, up to that of an item.
        let length = wrapped.len().checked_sub(OVERHEAD).filter(|length| matches!(length, 16 | 24 | 32))?;
        let mut content = Zeroizing::new(vec![0; length]);
        match self {
            Self::Aes128(key) => key.unwrap_key(wrapped, &mut content).ok()?,
            Self::Aes192(key) => key.unwrap_key(wrapped, &mut content).ok()?,
            Self::Aes256(key) => key.unwrap_key(wrapped, &mut content).ok()?,
        };
        Some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3394, sections 4.1, 4.3 and 4.6.
    #[test]
    fn matches_the_rfc_vectors() {
        let kek: Vec<u8> = (0..32).collect();
        let data: Vec<u8> = (0..8).map(|i| i * 0x11).chain((8..16).map(|i| i * 0x11)).collect();
        let data256: Vec<u8> = data.iter().copied().chain(0..16).collect();
        let cases = [
            (&kek[..16], &data[..], "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
            (&kek[..], &data[..], "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
            (
                &kek[..],
                &data256[..],
                "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
            ),
        ];
        for (kek, data, expected) in cases {
            let kek = KeyWrap::new(kek).unwrap();
            let wrapped = kek.wrap(data).unwrap();
            let hex: String = wrapped.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, expected);
            assert_eq!(kek.unwrap(&wrapped).unwrap().as_slice(), data);
        }
    }

    #[test]
    fn rejects_keys_wrapped_by_another_key() {
        let (kek, other) = (KeyWrap::new(&[1; 32]).unwrap(), KeyWrap::new(&[2; 32]).unwrap());
        let wrapped = kek.wrap(&[3; 32]).unwrap();
        assert!(other.unwrap(&wrapped).is_none());
        for length in 0..wrapped.len() {
            assert!(kek.unwrap(&wrapped[..length]).is_none(), "{length} bytes");
        }
    }
}
