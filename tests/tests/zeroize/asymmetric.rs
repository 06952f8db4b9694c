//! Remains of RSA and elliptic-curve keys.

use dynaseal::materials::{EcdsaAlgorithm, EcdsaSigningKey, StaticProvider};
#[cfg(feature = "rsa")]
use dynaseal::materials::{RsaSignatureAlgorithm, RsaSigningKey, RsaWrapAlgorithm, RsaWrappingKey};

use super::*;

const P256: &str = include_str!("../../../runtime/test-keys/p256.pem");
#[cfg(feature = "rsa")]
const RSA: &str = include_str!("../../../runtime/test-keys/rsa2048.pem");

fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64.decode(text).unwrap()
}

/// Searches for a number in big-endian and in little-endian order.
fn look_for_number(number: &[u8]) {
    Checking::look_for(number);
    let reversed: Vec<u8> = number.iter().rev().copied().collect();
    Checking::look_for(&reversed);
    std::mem::forget(reversed);
}

/// The private key of the curve P-256.
#[cfg(any(feature = "aws-lc", not(feature = "rsa")))]
pub(super) fn look_for_p256() {
    let der = der(P256);
    // RFC 5915: the private key is an OCTET STRING of 32 bytes after the version.
    let start = der.windows(5).position(|window| window == [2, 1, 1, 4, 32]).unwrap() + 5;
    look_for_number(&der[start..start + 32]);
    std::mem::forget(der);
}

#[cfg(any(feature = "aws-lc", not(feature = "rsa")))]
#[test]
fn elliptic_curve_keys_are_zeroized() {
    let _turn = alone();
    look_for_p256();
    let key = EcdsaSigningKey::from_pkcs8_pem(EcdsaAlgorithm::P256Sha256, P256).unwrap();
    let (stored, encryptor) = write(StaticProvider::new(AesKey::from_bytes(&bytes(1)).unwrap(), key));
    read(stored, encryptor);
    assert_eq!(Checking::found(), 0);
}

/// Searches for the private exponent and the five CRT parameters (RFC 8017, appendix A.1.2) in their serialized order.
/// The crate `rsa` itself leaves some of them in another form while it validates a key.
#[cfg(feature = "rsa")]
fn look_for_rsa() {
    let der = der(RSA);
    let mut rest = &der[..];
    let mut numbers = Vec::new();
    while let Some((tag, tail)) = rest.split_first() {
        let (length, tail) = match tail {
            [0x82, high, low, tail @ ..] => (usize::from(*high) << 8 | usize::from(*low), tail),
            [0x81, length, tail @ ..] => (usize::from(*length), tail),
            [length, tail @ ..] => (usize::from(*length), tail),
            [] => break,
        };
        // Descends into sequences and octet strings, and skips everything else.
        rest = if matches!(tag, 0x30 | 0x04) && length > 100 { tail } else { &tail[length..] };
        if *tag == 2 && length > 100 {
            numbers.push(&tail[..length]);
        }
    }
    let [_modulus, private @ ..] = &numbers[..] else { panic!("no numbers") };
    assert_eq!(private.len(), 6);
    private.iter().for_each(|number| Checking::look_for(number.strip_prefix(&[0]).unwrap_or(number)));
    std::mem::forget(der);
}

#[cfg(feature = "rsa")]
#[test]
fn rsa_keys_are_zeroized() {
    let _turn = alone();
    look_for_rsa();
    let key = RsaSigningKey::from_pkcs8_pem(RsaSignatureAlgorithm::Sha256, RSA).unwrap();
    assert_eq!(Checking::found(), 0, "loading");
    let (stored, encryptor) = write(StaticProvider::new(AesKey::from_bytes(&bytes(1)).unwrap(), key));
    read(stored, encryptor);
    assert_eq!(Checking::found(), 0, "signing");
}

#[cfg(feature = "rsa")]
#[test]
fn rsa_wrapping_keys_are_zeroized() {
    let _turn = alone();
    look_for_rsa();
    let key = RsaWrappingKey::from_pkcs8_pem(RsaWrapAlgorithm::OaepSha256, RSA).unwrap();
    let (stored, encryptor) = write(WrappedProvider::new(key, HmacKey::generate().unwrap()));
    read(stored, encryptor);
    assert_eq!(Checking::found(), 0);
}
