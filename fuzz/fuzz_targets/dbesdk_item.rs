//! An authentic item of the AWS Database Encryption SDK with bytes of the header, footer or values changed, removed or
//! appended.
#![no_main]

use std::sync::LazyLock;

use dynaseal::AttributeValue;
use dynaseal_fuzz::dbesdk::Genuine;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static GENUINE: LazyLock<Genuine> = LazyLock::new(Genuine::default);
}

fuzz_target!(|changes: Vec<(u8, u16, u8)>| {
    GENUINE.with(|genuine| {
        let mut stored = genuine.stored.clone();
        let mut names: Vec<String> = stored.keys().cloned().collect();
        names.sort();
        for (name, place, change) in changes {
            let name = &names[usize::from(name) % names.len()];
            let Some(AttributeValue::B(blob)) = stored.get_mut(name) else {
                stored.remove(name);
                continue;
            };
            let mut bytes = blob.as_ref().to_vec();
            match bytes.get_mut(usize::from(place)) {
                Some(byte) if change != 0 => *byte ^= change,
                Some(_) => bytes.truncate(place.into()),
                None => bytes.push(change),
            }
            *blob = bytes.into();
        }
        genuine.check(stored);
    });
});
