//! Remains of keys that a PKCS#11 token wraps.

use dynaseal::keyrings::{Pkcs11AesKeyring, Pkcs11RsaKeyring, RsaPadding};
use dynaseal::materials::Pkcs11Token;
use dynaseal_tests::softhsm::token::{self, PIN, TOKEN};
use dynaseal_tests::softhsm::{module, run_ignored_tests};

use super::*;

#[test]
fn softhsm() {
    let folder = tempfile::tempdir().unwrap();
    run_ignored_tests(folder.path(), &["pkcs11::"]);
}

/// In one test, because SoftHSM is loaded once.
#[test]
#[ignore = "started by `softhsm`"]
fn content_keys_and_intermediate_keys_of_a_token_are_zeroized() {
    let _turn = alone();
    drop(token::create(&module().unwrap()));
    let token = wait(Pkcs11Token::open(module().unwrap(), TOKEN, PIN)).unwrap();

    let wrapping_key = wait(token.wrapping_key("wrap")).unwrap();
    let content_key = aes_key(3);
    let wrapped = wait(wrapping_key.wrap(&content_key)).unwrap();
    drop(content_key);
    assert_eq!(Checking::found(), 0, "a wrapped content key");
    // The token returns an unwrapped key as the value of an object, which `cryptoki` copies from a buffer that it does not
    // zeroize. If this fails, it does now, and the documentation of `Pkcs11WrappingKey` is out of date.
    drop(wait(wrapping_key.unwrap(&wrapped)).unwrap().unwrap());
    assert_eq!(Checking::found(), 1, "an unwrapped content key");

    Checking::reset();
    keyrings::round_trip_watched(wait(Pkcs11AesKeyring::find(&token, "gcm", "tests", "gcm")).unwrap());
    assert_eq!(Checking::found(), 0, "AES");
    for padding in [RsaPadding::Pkcs1V15, RsaPadding::OaepSha1] {
        Checking::reset();
        keyrings::round_trip_watched(wait(Pkcs11RsaKeyring::find(&token, "rsa", "tests", "rsa", padding)).unwrap());
        assert_eq!(Checking::found(), 0, "{padding:?}");
    }
}
