//! AES key wrap (RFC 3394, default initial value, no padding).

use aes::cipher::KeyInit;
use aes_kw::{KwAes128, KwAes192, KwAes256};
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;

/// What wrapping adds to the key's length, in bytes.
const OVERHEAD: usize = 8;

/// The content key, wrapped; `None` only if the crypto crate refuses it.
pub(crate) fn wrap(wrapping_key: &AesKey, content_key: &AesKey) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; content_key.as_bytes().len() + OVERHEAD];
    let (key, content) = (wrapping_key.as_bytes(), content_key.as_bytes());
    match key.len() {
        16 => KwAes128::new_from_slice(key).ok()?.wrap_key(content, &mut wrapped).ok()?,
        24 => KwAes192::new_from_slice(key).ok()?.wrap_key(content, &mut wrapped).ok()?,
        _ => KwAes256::new_from_slice(key).ok()?.wrap_key(content, &mut wrapped).ok()?,
    };
    Some(wrapped)
}

/// The content key back, or `None` if it was wrapped under another key, was damaged, or is not an AES key.
pub(crate) fn unwrap(wrapping_key: &AesKey, wrapped: &[u8]) -> Option<AesKey> {
    let mut content = Zeroizing::new(vec![0; wrapped.len().checked_sub(OVERHEAD)?]);
    let key = wrapping_key.as_bytes();
    match key.len() {
        16 => KwAes128::new_from_slice(key).ok()?.unwrap_key(wrapped, &mut content).ok()?,
        24 => KwAes192::new_from_slice(key).ok()?.unwrap_key(wrapped, &mut content).ok()?,
        _ => KwAes256::new_from_slice(key).ok()?.unwrap_key(wrapped, &mut content).ok()?,
    };
    AesKey::from_owned(content).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3394, sections 4.1, 4.3 and 4.6.
    #[test]
    fn gives_the_rfcs_results() {
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
            let (kek, content) = (AesKey::from_bytes(kek).unwrap(), AesKey::from_bytes(data).unwrap());
            let wrapped = wrap(&kek, &content).unwrap();
            let hex: String = wrapped.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, expected);
            assert_eq!(unwrap(&kek, &wrapped).unwrap().as_bytes(), data);
        }
    }

    #[test]
    fn refuses_what_was_not_wrapped_by_this_key() {
        let (kek, other) = (AesKey::generate().unwrap(), AesKey::generate().unwrap());
        let wrapped = wrap(&kek, &AesKey::generate().unwrap()).unwrap();
        assert!(unwrap(&other, &wrapped).is_none());
        for length in 0..wrapped.len() {
            assert!(unwrap(&kek, &wrapped[..length]).is_none(), "{length} bytes");
        }
    }
}
