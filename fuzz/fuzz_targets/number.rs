//! A number is returned with the same value in its normalized form, or is rejected as invalid.
#![no_main]

use std::sync::LazyLock;

use dynaseal::{AttributeValue, ErrorKind, ItemEncryptor};
use dynaseal_fuzz::{canonical, forged};
use libfuzzer_sys::fuzz_target;

static ENCRYPTOR: LazyLock<ItemEncryptor> = LazyLock::new(forged::encryptor);

fuzz_target!(|text: &str| {
    match forged::round_trip(&ENCRYPTOR, AttributeValue::N(text.to_owned())) {
        Ok(AttributeValue::N(read)) => {
            // An independent implementation in the tests.
            assert_eq!(canonical::number(&read), canonical::number(text));
            assert!(read.bytes().all(|byte| b"-.0123456789".contains(&byte)), "{read}");
            let again = forged::round_trip(&ENCRYPTOR, AttributeValue::N(read.clone())).expect("it is a number");
            assert_eq!(again, AttributeValue::N(read));
        }
        Ok(other) => panic!("a number became {other:?}"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Codec, "{error}"),
    }
});
