//! SHA-256.

use sha2::Digest as _;
use sha2::block_api::compress256;

/// A SHA-256 digest of 32 bytes.
pub(crate) type Digest = [u8; 32];

/// The length of a block, in bytes.
const BLOCK: usize = 64;

/// What at least follows a message (FIPS 180-4, section 5.1.1): a byte with one bit, and the length in bits.
const PADDING: usize = 1 + size_of::<u64>();

/// The state before the first block (section 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    sha2::Sha256::digest(bytes).into()
}

/// Returns the digest of a header and a text; `None` if they need more than `BLOCKS` blocks.
///
/// The blocks are compressed in one call, without the buffer that the hash function of the crate fills and empties.
pub(crate) fn sha256_at_once<const HEADER: usize, const BLOCKS: usize>(
    header: [u8; HEADER],
    text: &[u8],
) -> Option<Digest> {
    let length = HEADER + text.len();
    let mut blocks = [[0; BLOCK]; BLOCKS];
    let blocks = blocks.get_mut(..(length + PADDING).div_ceil(BLOCK))?;

    let (place, rest) = blocks.as_flattened_mut().split_first_chunk_mut()?;
    *place = header;
    let (place, padding) = rest.split_at_mut_checked(text.len())?;
    place.copy_from_slice(text);
    *padding.first_mut()? = 0x80;
    *padding.last_chunk_mut()? = (8 * length as u64).to_be_bytes();

    let mut state = INITIAL;
    compress256(&mut state, blocks);
    let mut digest = Digest::default();
    for (place, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Around the lengths at which a message needs another block.
    #[test]
    fn every_short_text_has_the_same_digest_at_once() {
        let text: Vec<u8> = (0..=u8::MAX).cycle().take(300).collect();
        for length in 0..text.len() {
            let text = &text[..length];
            let whole = [b"header", text].concat();
            let at_once = sha256_at_once::<_, 4>(*b"header", text);
            assert_eq!(at_once, (whole.len() + PADDING <= 4 * BLOCK).then(|| sha256(&whole)), "{length} bytes");
            let at_once = sha256_at_once::<_, 2>(*b"header", text);
            assert_eq!(at_once, (whole.len() + PADDING <= 2 * BLOCK).then(|| sha256(&whole)), "{length} bytes");
        }
    }
}
