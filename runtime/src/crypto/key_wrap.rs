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
        let (mut check, mut parts) = (INITIAL, Parts::default());
        let key = read(content, &mut parts)?;
        let wrapping = Wrapping { check: &mut check, key };
        match self {
            Self::Aes128(aes) => aes.encrypt_with_backend(wrapping),
            Self::Aes192(aes) => aes.encrypt_with_backend(wrapping),
            Self::Aes256(aes) => aes.encrypt_with_backend(wrapping),
        }
        let mut wrapped = vec![0; OVERHEAD + content.len()];
        let (place, rest) = wrapped.split_first_chunk_mut()?;
        *place = check.to_be_bytes();
        write(&parts, rest);
        Some(wrapped)
    }

    /// Returns the content key; `None` if it was wrapped under another key, was damaged, or is not an AES key.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (check, wrapped) = wrapped.split_first_chunk()?;
        let (mut check, mut parts) = (u64::from_be_bytes(*check), Parts::default());
        let key = read(wrapped, &mut parts)?;
        let unwrapping = Unwrapping { check: &mut check, key };
        match self {
            Self::Aes128(aes) => aes.decrypt_with_backend(unwrapping),
            Self::Aes192(aes) => aes.decrypt_with_backend(unwrapping),
            Self::Aes256(aes) => aes.decrypt_with_backend(unwrapping),
        }
        if check != INITIAL {
            return None;
        }
        let mut content = Zeroizing::new(vec![0; wrapped.len()]);
        write(&parts, &mut content);
        Some(content)
    }
}

/// A key as numbers. Between two steps they stay in registers: a block that is put together in memory takes longer.
type Parts = Zeroizing<[u64; 4]>;

/// Returns the parts of a key; `None` unless it has the length of an AES key. The time would grow with that of a longer one,
/// up to the length of an item.
fn read<'a>(key: &[u8], parts: &'a mut Parts) -> Option<&'a mut [u64]> {
    if !matches!(key.len(), 16 | 24 | 32) {
        return None;
    }
    let (chunks, _) = key.as_chunks();
    for (part, bytes) in parts.iter_mut().zip(chunks) {
        *part = u64::from_be_bytes(*bytes);
    }
    parts.get_mut(..chunks.len())
}

fn write(parts: &Parts, key: &mut [u8]) {
    for (bytes, part) in key.as_chunks_mut().0.iter_mut().zip(parts.iter()) {
        *bytes = part.to_be_bytes();
    }
}

struct Wrapping<'a> {
    check: &'a mut u64,
    key: &'a mut [u64],
}

impl BlockSizeUser for Wrapping<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Wrapping<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let Self { check, key } = self;
        let mut step = 0;
        for _ in 0..ROUNDS {
            for part in key.iter_mut() {
                step += 1;
                let mut block = join(*check, *part);
                backend.encrypt_block((&mut block).into());
                (*check, *part) = split(block);
                *check ^= step;
            }
        }
    }
}

struct Unwrapping<'a> {
    check: &'a mut u64,
    key: &'a mut [u64],
}

impl BlockSizeUser for Unwrapping<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for Unwrapping<'_> {
    #[inline(always)]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let Self { check, key } = self;
        let mut step = ROUNDS * key.len() as u64;
        for _ in 0..ROUNDS {
            for part in key.iter_mut().rev() {
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
