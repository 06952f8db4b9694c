//! AES-CBC (NIST SP 800-38A) with PKCS#7 padding (RFC 5652, section 6.3), in place.
//!
//! All values of an item are encrypted at once. Within a value each block waits for the one before it, but blocks of different
//! values do not depend on each other, and the processor works on several of them at the same time.

use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt as _, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt as _, BlockSizeUser, KeyInit as _,
};
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes192Enc, Aes256Dec, Aes256Enc, Block};

use crate::crypto::aes_key::AesKey;

/// The block length of the cipher, and the length of an initialization vector, in bytes.
pub(crate) const BLOCK: usize = 16;

/// An initialization vector.
pub(crate) type Iv = [u8; BLOCK];

/// Returns the length of `plaintext` bytes after padding: the next larger multiple of the block length.
pub(crate) const fn padded_length(plaintext: usize) -> usize {
    (plaintext / BLOCK + 1) * BLOCK
}

/// Appends padding for the bytes of `buffer` from `start` on.
pub(crate) fn pad(buffer: &mut Vec<u8>, start: usize) {
    let missing = BLOCK - (buffer.len() - start) % BLOCK;
    buffer.resize(buffer.len() + missing, missing as u8);
}

/// Returns the length of the part before the padding; `None` if the padding is malformed. The time depends on neither.
pub(crate) fn unpadded_length(blocks: &[u8]) -> Option<usize> {
    let last: &Iv = blocks.last_chunk()?;
    let length = last[BLOCK - 1];
    let mut is_wrong = (length == 0) | (usize::from(length) > BLOCK);
    for (distance, byte) in (1..).zip(last.iter().rev()) {
        is_wrong |= (distance <= length) & (*byte != length);
    }
    (!is_wrong).then(|| blocks.len() - usize::from(length))
}

/// The blocks of one value, each of which depends on the one before it.
pub(crate) struct Chain<'a> {
    /// The ciphertext of the block before the next one; at first, the initialization vector.
    previous: Block,
    blocks: &'a mut [Block],
}

impl<'a> Chain<'a> {
    /// Takes an initialization vector and the blocks after it; `None` for any other length.
    pub(crate) fn of(bytes: &'a mut [u8]) -> Option<Self> {
        let (iv, blocks) = bytes.split_first_chunk_mut::<BLOCK>()?;
        let (blocks, rest) = blocks.as_chunks_mut::<BLOCK>();
        let blocks = Array::cast_slice_from_core_mut(blocks);
        rest.is_empty().then_some(Self { previous: Block::from(*iv), blocks })
    }
}

/// Encrypts padded values; `None` only if the key has another length than those of AES.
pub(crate) fn encrypt(key: &AesKey, chains: Vec<Chain<'_>>) -> Option<()> {
    let (key, chains) = (key.as_bytes(), Encryption(chains));
    match key.len() {
        16 => Aes128Enc::new(key.try_into().ok()?).encrypt_with_backend(chains),
        24 => Aes192Enc::new(key.try_into().ok()?).encrypt_with_backend(chains),
        _ => Aes256Enc::new(key.try_into().ok()?).encrypt_with_backend(chains),
    }
    Some(())
}

/// Decrypts values, with their padding; `None` only if the key has another length than those of AES.
pub(crate) fn decrypt(key: &AesKey, chains: Vec<Chain<'_>>) -> Option<()> {
    let (key, chains) = (key.as_bytes(), Decryption(chains));
    match key.len() {
        16 => Aes128Dec::new(key.try_into().ok()?).decrypt_with_backend(chains),
        24 => Aes192Dec::new(key.try_into().ok()?).decrypt_with_backend(chains),
        _ => Aes256Dec::new(key.try_into().ok()?).decrypt_with_backend(chains),
    }
    Some(())
}

struct Encryption<'a>(Vec<Chain<'a>>);

impl BlockSizeUser for Encryption<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Encryption<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let Self(mut chains) = self;
        // One block of each chain after the other.
        let mut position = 0;
        while chains.len() > 1 {
            let mut one_has_ended = false;
            // A closure would be compiled without the processor's instructions.
            for Chain { previous, blocks } in &mut chains {
                match blocks.get_mut(position) {
                    Some(block) => encrypt_block(block, previous, backend),
                    None => one_has_ended = true,
                }
            }
            position += 1;
            if one_has_ended {
                chains.retain(|chain| chain.blocks.len() > position);
            }
        }
        for Chain { mut previous, blocks } in chains {
            for block in blocks.iter_mut().skip(position) {
                encrypt_block(block, &mut previous, backend);
            }
        }
    }
}

#[inline(always)]
fn encrypt_block<B: BlockCipherEncBackend<BlockSize = U16>>(block: &mut Block, previous: &mut Block, backend: &B) {
    let mut mixed = xor(block, previous);
    backend.encrypt_block((&mut mixed).into());
    *block = mixed;
    *previous = mixed;
}

struct Decryption<'a>(Vec<Chain<'a>>);

impl BlockSizeUser for Decryption<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for Decryption<'_> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        for Chain { mut previous, blocks } in self.0 {
            let (groups, rest) = Array::<Block, B::ParBlocksSize>::slice_as_chunks_mut(blocks);
            for group in groups {
                let ciphertext = group.clone();
                backend.decrypt_par_blocks(group.into());
                for (block, ciphertext) in group.iter_mut().zip(ciphertext) {
                    *block = xor(block, &previous);
                    previous = ciphertext;
                }
            }
            for block in rest {
                let ciphertext = *block;
                backend.decrypt_block(block.into());
                *block = xor(block, &previous);
                previous = ciphertext;
            }
        }
    }
}

/// Of a copy: in memory it would be done byte by byte, and take longer than the cipher.
#[inline(always)]
fn xor(block: &Block, other: &Block) -> Block {
    let mut mixed = *block;
    for (byte, other) in mixed.iter_mut().zip(other) {
        *byte ^= other;
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encrypts values under increasing initialization vectors, and returns them with these.
    fn encrypted(key: &AesKey, plaintexts: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut values: Vec<Vec<u8>> = Vec::new();
        for (plaintext, first) in plaintexts.iter().zip(0_u8..) {
            let iv: Iv = std::array::from_fn(|i| first.wrapping_add(i as u8));
            let mut value = [&iv[..], plaintext].concat();
            pad(&mut value, BLOCK);
            assert_eq!(value.len(), BLOCK + padded_length(plaintext.len()));
            values.push(value);
        }
        encrypt(key, values.iter_mut().map(|value| Chain::of(value).unwrap()).collect()).unwrap();
        values
    }

    fn decrypted(key: &AesKey, mut values: Vec<Vec<u8>>) -> Vec<Option<Vec<u8>>> {
        decrypt(key, values.iter_mut().map(|value| Chain::of(value).unwrap()).collect()).unwrap();
        let plaintext = |value: &Vec<u8>| Some(value[BLOCK..][..unpadded_length(&value[BLOCK..])?].to_vec());
        values.iter().map(plaintext).collect()
    }

    /// NIST SP 800-38A, sections F.2.1, F.2.3 and F.2.5.
    #[test]
    fn matches_the_nist_vectors() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
        };
        let plaintext = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
             30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        for (key, expected) in [
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2\
                 73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
            ),
            (
                "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
                "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a\
                 571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d\
                 39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
            ),
        ] {
            let key = AesKey::from_bytes(&hex(key)).unwrap();
            // With and without a second value, which takes another way.
            for count in [1, 2] {
                for (value, first) in encrypted(&key, &vec![plaintext.clone(); count]).iter().zip(0..) {
                    assert_eq!(value[BLOCK..][..plaintext.len()] == hex(expected), first == 0);
                }
            }
        }
    }

    /// Around the number of blocks that a processor decrypts at once, and with values of different lengths side by side.
    #[test]
    fn round_trips_every_length_alone_and_together() {
        let plaintexts: Vec<Vec<u8>> = (0..=2 * BLOCK)
            .chain((60..70).map(|blocks| blocks * BLOCK))
            .map(|length| (0..length).map(|i| i as u8).collect())
            .collect();
        for bytes in [16, 24, 32] {
            let key = AesKey::from_bytes(&vec![7; bytes]).unwrap();
            let together = encrypted(&key, &plaintexts);
            let read: Vec<_> = decrypted(&key, together.clone()).into_iter().map(Option::unwrap).collect();
            assert_eq!(read, plaintexts);
            assert_eq!(encrypted(&key, &plaintexts[..1]), together[..1]);
            for (value, plaintext) in together.iter().zip(&plaintexts) {
                let mut alone = [&value[..BLOCK], plaintext].concat();
                pad(&mut alone, BLOCK);
                encrypt(&key, vec![Chain::of(&mut alone).unwrap()]).unwrap();
                assert_eq!(alone, *value);
            }
        }
    }

    #[test]
    fn partial_blocks_are_rejected() {
        for length in 0..=3 * BLOCK {
            let is_whole = length >= BLOCK && length % BLOCK == 0;
            assert_eq!(Chain::of(&mut vec![0; length]).is_some(), is_whole, "{length} bytes");
        }
    }

    #[test]
    fn only_correct_padding_is_accepted() {
        assert_eq!(unpadded_length(&[]), None);
        for first in 0..=u8::MAX {
            for length in 0..=u8::MAX {
                let mut blocks = [first; 2 * BLOCK];
                let padding = usize::from(length).min(BLOCK);
                blocks[2 * BLOCK - padding..].fill(length);
                blocks[2 * BLOCK - 1] = length;
                let is_correct = (1..=BLOCK as u8).contains(&length);
                assert_eq!(unpadded_length(&blocks), is_correct.then_some(2 * BLOCK - padding), "{first}, {length}");
            }
        }
        for length in 2..=BLOCK {
            for wrong in 2..=length {
                let mut blocks = [length as u8; BLOCK];
                blocks[BLOCK - wrong] ^= 1;
                assert_eq!(unpadded_length(&blocks), None, "{length}, {wrong}");
            }
        }
    }
}
