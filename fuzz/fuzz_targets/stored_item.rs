//! An item in DynamoDB JSON from an arbitrary source, verified under known keys, and read.
#![no_main]

use std::sync::LazyLock;

use dynaseal_fuzz::dynamodb_json::item_from_json;
use dynaseal_fuzz::written::Written;
use libfuzzer_sys::fuzz_target;

static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(Written::all);

fuzz_target!(|json: &[u8]| {
    let Ok(item) = serde_json::from_slice(json) else { return };
    let Ok(item) = item_from_json(&item) else { return };
    for written in [&WRITTEN[0], &WRITTEN[8], &WRITTEN[24], &WRITTEN[32]] {
        if let Some(read) = written.read(item.clone()) {
            let is_written = WRITTEN.iter().any(|written| written.is(&read));
            // A reader that signs no attribute of an item accepts every item.
            assert!(is_written || !item.keys().any(|name| written.signs(name)), "forged: {read:?}");
        }
    }
});
