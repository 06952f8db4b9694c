//! The key stream of AES-256 in counter mode (NIST SP 800-38A, section 6.5).

use aes::Aes256Enc;
use aes::cipher::array::Array;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

use crate::crypto::wipe::PlaintextBuffer;

/// The block length of AES, in bytes.
const BLOCK: usize = 16;

/// Returns `count` blocks of key stream. The first block is the encryption of `counter`, a big-endian number of 128
/// bits. The buffer is overwritten when it is dropped.
pub(crate) fn keystream(key: &[u8; 32], counter: u128, count: usize) -> PlaintextBuffer {
    let mut stream = PlaintextBuffer::from(vec![0; count * BLOCK]);
    let blocks = stream.as_chunks_mut::<BLOCK>().0;
    for (block, index) in blocks.iter_mut().zip(0..) {
        *block = counter.wrapping_add(index).to_be_bytes();
    }
    Aes256Enc::new(&(*key).into()).encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-38A, section F.5.5: the key stream, not the ciphertext.
    #[test]
    fn matches_the_nist_vector() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
        };
        let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4").try_into().unwrap();
        let stream = keystream(&key, 0xf0f1_f2f3_f4f5_f6f7_f8f9_fafb_fcfd_feff, 2);
        assert_eq!(*stream, hex("0bdf7df1591716335e9a8b15c860c5025a6e699d536119065433863c8f657b94"));
    }
}
