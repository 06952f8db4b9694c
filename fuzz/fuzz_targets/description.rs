//! An item with arbitrary bytes in its material description is rejected, or read as it was written.
#![no_main]

use std::sync::LazyLock;

use dynaseal::AttributeValue;
use dynaseal_fuzz::samples::DESCRIPTION;
use dynaseal_fuzz::written::Written;
use libfuzzer_sys::fuzz_target;

static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(Written::all);

fuzz_target!(|input: (u8, &[u8])| {
    let (index, description) = input;
    let written = &WRITTEN[usize::from(index) % WRITTEN.len()];
    let mut stored = written.stored.clone();
    stored.insert(DESCRIPTION.to_owned(), AttributeValue::B(description.into()));
    if let Some(read) = written.read(stored) {
        assert!(written.is(&read));
    }
});
