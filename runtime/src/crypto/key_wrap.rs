//! AES key wrap (RFC 3394, default initial value, no padding).

use std::sync::Arc;

use aes::cipher::consts::U16;
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt as _, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt as _, BlockSizeUser, KeyInit as _,
};
use aes::{Aes128, Aes192, Aes256, Block};
use zeroize::Zeroizing;

/// The bytes by which a wrapped key is longer than the key.
const OVERHEAD: usize = size_of::<u64>();

/// The default initial value (section 2.2.3.1).
const INITIAL: u64 = 0xa6a6_a6a6_a6a6_a6a6;

/// The number of times that the whole key is mixed.
const ROUNDS: u64 = 6;

/// A wrapping key, expanded once and not for every item. Shared, with one allocation for each kind, as in
/// [`HmacKey`](crate::crypto::hmac::HmacKey).
#[derive(Clone)]
pub(crate) enum KeyWrap {
    Aes128(Arc<Aes128>),
    Aes192(Arc<Aes192>),
    Aes256(Arc<Aes256>),
}

impl KeyWrap {
    /// Expands a key; `None` if its length is not that of an AES key.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Aes128(Arc::new(Aes128::new_from_slice(key).ok()?)),
            24 => Self::Aes192(Arc::new(Aes192::new_from_slice(key).ok()?)),
            _ => Self::Aes256(Arc::new(Aes256::new_from_slice(key).ok()?)),
        })
    }

    /// Returns the wrapped content key; `None` only if it is not an AES key.
    pub(crate) fn wrap(&self, content: &[u8]) -> Option<Vec<u8>> {
        let mut state = State::new(INITIAL, content)?;
        let wrapping = Wrapping(&mut state);
        match self {
            Self::Aes128(key) => key.encrypt_with_backend(wrapping),
            Self::Aes192(key) => key.encrypt_with_backend(wrapping),
            Self::Aes256(key) => key.encrypt_with_backend(wrapping),
        }
        let mut wrapped = Vec::with_capacity(OVERHEAD + content.len());
        wrapped.extend_from_slice(&state.check.to_be_bytes());
        state.write(&mut wrapped);
        Some(wrapped)
    }

    /// Returns the content key; `None` if it was wrapped under another key, was damaged, or is not an AES key.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (check, wrapped) = wrapped.split_first_chunk::<OVERHEAD>()?;
        let mut state = State::new(u64::from_be_bytes(*check), wrapped)?;
        let unwrapping = Unwrapping(&mut state);
        match self {
            Self::Aes128(key) => key.decrypt_with_backend(unwrapping),
            Self::Aes192(key) => key.decrypt_with_backend(unwrapping),
            Self::Aes256(key) => key.decrypt_with_backend(unwrapping),
        }
        if state.check != INITIAL {
            return None;
        }
        let mut content = Zeroizing::new(Vec::with_capacity(wrapped.len()));
        state.write(&mut content);
        Some(content)
    }
}

/// The numbers of section 2.2.1. Between two steps they stay in registers: a block that is put together in memory takes longer.
struct State {
    check: u64,
    key: Zeroizing<[u64; 4]>,
    length: usize,
}

impl State {
    /// `None` unless the key has the length of an AES key. The time would grow with that of a longer one, up to the
    /// length of an item.
    fn new(check: u64, key: &[u8]) -> Option<Self> {
        if !matches!(key.len(), 16 | 24 | 32) {
            return None;
        }
        let mut state = Self { check, key: Zeroizing::default(), length: key.len() / size_of::<u64>() };
        for (part, bytes) in state.key.iter_mut().zip(key.as_chunks().0) {
            *part = u64::from_be_bytes(*bytes);
        }
        Some(state)
    }

    /// Appends the key, whose length must fit the capacity.
    fn write(&self, bytes: &mut Vec<u8>) {
        for part in self.key.iter().take(self.length) {
            bytes.extend_from_slice(&part.to_be_bytes());
        }
    }
}

struct Wrapping<'a>(&'a mut State);

impl BlockSizeUser for Wrapping<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Wrapping<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let State { check, key, length } = self.0;
        let mut step = 0;
        for _ in 0..ROUNDS {
            for part in key.iter_mut().take(*length) {
                step += 1;
                let mut block = join(*check, *part);
                backend.encrypt_block((&mut block).into());
                (*check, *part) = split(block);
                *check ^= step;
            }
        }
    }
}

struct Unwrapping<'a>(&'a mut State);

impl BlockSizeUser for Unwrapping<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for Unwrapping<'_> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let State { check, key, length } = self.0;
        let mut step = ROUNDS * *length as u64;
        for _ in 0..ROUNDS {
            for part in key.iter_mut().take(*length).rev() {
                let mut block = join(*check ^ step, *part);
                backend.decrypt_block((&mut block).into());
                (*check, *part) = split(block);
                step -= 1;
            }
        }
    }
}

#[inline(always)]
fn join(check: u64, part: u64) -> Block {
    ((u128::from(check) << 64) | u128::from(part)).to_be_bytes().into()
}

#[inline(always)]
fn split(block: Block) -> (u64, u64) {
    let block = u128::from_be_bytes(block.into());
    ((block >> 64) as u64, block as u64)
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
