//! A header of the AWS Database Encryption SDK from an arbitrary source is described or rejected, and is authentic only
//! if it is unchanged.
#![no_main]

use std::sync::LazyLock;

use dynaseal::format::ItemDescription;
use dynaseal::{AttributeValue, ErrorKind};
use dynaseal_fuzz::dbesdk::Genuine;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static GENUINE: LazyLock<Genuine> = LazyLock::new(Genuine::default);
}

fuzz_target!(|header: &[u8]| {
    GENUINE.with(|genuine| {
        let mut stored = genuine.stored.clone();
        stored.insert("aws_dbe_head".to_owned(), AttributeValue::B(header.to_vec().into()));
        if let Err(error) = ItemDescription::of(&stored) {
            assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
        }
        genuine.check(stored);
    });
});
