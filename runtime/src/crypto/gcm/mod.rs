//! AES-GCM with nonces of 96 bits and tags of 128 bits.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod pure_rust;

#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{GcmKey, open, seal};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use pure_rust::{GcmKey, open, seal};

pub(crate) const NONCE: usize = 12;

/// The length of a tag, in bytes.
pub(crate) const TAG: usize = 16;

/// A nonce, which must be unique for each message under the same key.
pub(crate) type Nonce = [u8; NONCE];

/// A key of 256 bits.
pub(crate) type Key = [u8; 32];

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    /// Test case 16 of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, appendix B.
    #[test]
    fn matches_the_gcm_specification() {
        let key: Key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").try_into().unwrap();
        let nonce: Nonce = hex("cafebabefacedbaddecaf888").try_into().unwrap();
        let plaintext = hex(concat!(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72",
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ));
        let associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let expected = hex(concat!(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa",
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ));
        assert_eq!(seal(&key, nonce, &associated, &plaintext).unwrap(), expected);
        assert_eq!(open(&key, nonce, &associated, &expected).unwrap(), plaintext);
    }

    #[test]
    fn keys_of_every_length_round_trip_in_place() {
        for length in [16, 24, 32] {
            let key = GcmKey::new(&vec![7; length]).unwrap();
            let mut text = *b"text............";
            let tag = key.seal_in_place([1; NONCE], b"associated", &mut text).unwrap();
            assert_ne!(&text, b"text............");
            let mut sealed = [&text[..], &tag].concat();
            assert_eq!(key.open_in_place([1; NONCE], b"associated", &mut sealed.clone()).unwrap(), b"text............");
            assert!(key.open_in_place([1; NONCE], b"another", &mut sealed.clone()).is_none());
            assert!(key.open_in_place([1; NONCE], b"associated", &mut [0; TAG - 1]).is_none());
            sealed[0] ^= 1;
            assert!(key.open_in_place([1; NONCE], b"associated", &mut sealed).is_none());
        }
        assert!(GcmKey::new(&[7; 31]).is_none());
    }

    #[test]
    fn every_changed_bit_is_rejected() {
        let (key, nonce) = ([7; 32], [1; NONCE]);
        let sealed = seal(&key, nonce, b"associated", b"text").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key, nonce, b"associated", &changed).is_none(), "bit {bit}");
        }
        assert!(open(&key, nonce, b"another", &sealed).is_none());
        assert!(open(&key, [2; NONCE], b"associated", &sealed).is_none());
        assert!(open(&[8; 32], nonce, b"associated", &sealed).is_none());
        assert!(open(&key, nonce, b"associated", &sealed[..15]).is_none());
        assert!(open(&key, nonce, b"associated", &[]).is_none());
    }
}
