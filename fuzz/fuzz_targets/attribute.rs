//! A plaintext under a valid signature is one well-formed value or is rejected, and a value is written as it was read.
#![no_main]

use std::sync::LazyLock;

use dynaseal::{ErrorKind, ItemEncryptor};
use dynaseal_fuzz::{canonical, forged};
use libfuzzer_sys::fuzz_target;

static ENCRYPTOR: LazyLock<ItemEncryptor> = LazyLock::new(forged::encryptor);

fuzz_target!(|plaintext: &[u8]| {
    match forged::read(&ENCRYPTOR, forged::forge(plaintext)) {
        Ok(mut read) => {
            let value = read.remove(forged::NAME).expect("the attribute is there");
            // A number is only validated when it is written.
            if let Ok(again) = forged::round_trip(&ENCRYPTOR, value.clone()) {
                assert_eq!(canonical::value(&again), canonical::value(&value));
            }
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Integrity, "{error}"),
    }
});
