//! AES-CBC with PKCS#7 padding, in place.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod pure_rust;

#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{CbcDecryptingKey, CbcEncryptingKey};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use pure_rust::{CbcDecryptingKey, CbcEncryptingKey};

/// The block length of the cipher, and the length of an initialization vector, in bytes.
pub(crate) const BLOCK: usize = 16;

/// An initialization vector.
pub(crate) type Iv = [u8; BLOCK];

/// Returns the length of `plaintext` bytes after padding: the next larger multiple of the block length.
pub(crate) const fn padded_length(plaintext: usize) -> usize {
    (plaintext / BLOCK + 1) * BLOCK
}

/// Appends PKCS#7 padding for the bytes of `buffer` from `start` on.
pub(crate) fn pad(buffer: &mut Vec<u8>, start: usize) {
    let missing = BLOCK - (buffer.len() - start) % BLOCK;
    buffer.resize(buffer.len() + missing, missing as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::aes_key::AesKey;

    fn round_trip(key: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let key = AesKey::from_bytes(key).unwrap();
        let iv: Iv = std::array::from_fn(|i| i as u8);
        let mut buffer = plaintext.to_vec();
        pad(&mut buffer, 0);
        assert_eq!(buffer.len(), padded_length(plaintext.len()));
        CbcEncryptingKey::new(&key).unwrap().encrypt(iv, &mut buffer).unwrap();
        let stored = buffer.clone();
        assert_eq!(CbcDecryptingKey::new(&key).unwrap().decrypt(iv, &mut buffer), Some(plaintext));
        stored
    }

    /// NIST SP 800-38A, sections F.2.1, F.2.3 and F.2.5: the first block.
    #[test]
    fn matches_the_nist_vectors() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
        };
        let plaintext = hex("6bc1bee22e409f96e93d7e117393172a");
        for (key, expected) in [
            ("2b7e151628aed2a6abf7158809cf4f3c", "7649abac8119b246cee98e9b12e9197d"),
            ("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "4f021db243bc633d7178183a9fa071e8"),
            ("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "f58c4c04d6e5f1ba779eabfb5f7bfbd6"),
        ] {
            assert_eq!(round_trip(&hex(key), &plaintext)[..BLOCK], hex(expected));
        }
    }

    #[test]
    fn round_trips_every_length_around_a_block() {
        for length in 0..=2 * BLOCK {
            round_trip(&[7; 32], &vec![42; length]);
        }
    }

    #[test]
    fn rejects_wrong_padding_and_partial_blocks() {
        let key = AesKey::from_bytes(&[7; 32]).unwrap();
        let decrypting = CbcDecryptingKey::new(&key).unwrap();
        for length in [0, 1, BLOCK - 1, BLOCK + 1] {
            assert!(decrypting.decrypt([0; BLOCK], &mut vec![0; length]).is_none(), "{length} bytes");
        }
        // A block without padding: its last byte decrypts to 0, which is not valid padding.
        let mut block = [0; BLOCK];
        CbcEncryptingKey::new(&key).unwrap().encrypt([0; BLOCK], &mut block).unwrap();
        assert!(decrypting.decrypt([0; BLOCK], &mut block).is_none());
    }
}
