//! A changed item of a real client is rejected, or equal to the original except for unsigned values.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use dynaseal::{AttributeValue, Item};
use dynaseal_fuzz::value::Value;
use dynaseal_fuzz::written::Written;
use libfuzzer_sys::fuzz_target;

static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(Written::all);

/// The changes that an attacker who can write to the table can make. Attributes are numbered in the order of their
/// names.
#[derive(Arbitrary, Debug)]
enum Mutation {
    Flip {
        attribute: u8,
        place: u16,
        mask: u8,
    },
    Truncate {
        attribute: u8,
        length: u16,
    },
    Extend {
        attribute: u8,
        bytes: Vec<u8>,
    },
    Remove {
        attribute: u8,
    },
    Rename {
        attribute: u8,
        name: String,
    },
    Swap {
        attribute: u8,
        other: u8,
    },
    Copy {
        attribute: u8,
        name: String,
    },
    Replace {
        attribute: u8,
        value: Value,
    },
    Add {
        name: String,
        value: Value,
    },
    /// Inserts the value that another item has under this or another name.
    Splice {
        item: u8,
        attribute: u8,
        into: u8,
    },
}

fuzz_target!(|input: (u8, Vec<Mutation>)| {
    let (index, mutations) = input;
    let written = &WRITTEN[usize::from(index) % WRITTEN.len()];
    let mut stored = written.stored.clone();
    for mutation in mutations.into_iter().take(8) {
        mutation.apply(&mut stored);
    }
    if let Some(read) = written.read(stored) {
        assert!(written.is(&read), "accepted and different");
    }
});

impl Mutation {
    fn apply(self, stored: &mut Item) {
        let name = |stored: &Item, index: u8| {
            let mut names: Vec<&String> = stored.keys().collect();
            names.sort_unstable();
            (!names.is_empty()).then(|| names[usize::from(index) % names.len()].clone())
        };
        match self {
            Self::Flip { attribute, place, mask } => change(stored, name(stored, attribute), |bytes| {
                let length = bytes.len();
                if let Some(byte) = bytes.get_mut(usize::from(place) % length.max(1)) {
                    *byte ^= mask;
                }
            }),
            Self::Truncate { attribute, length } => change(stored, name(stored, attribute), |bytes| {
                bytes.truncate(usize::from(length));
            }),
            Self::Extend { attribute, bytes: more } => change(stored, name(stored, attribute), |bytes| {
                bytes.extend(more);
            }),
            Self::Remove { attribute } => {
                if let Some(name) = name(stored, attribute) {
                    stored.remove(&name);
                }
            }
            Self::Rename { attribute, name: new } => {
                if let Some(value) = name(stored, attribute).and_then(|name| stored.remove(&name)) {
                    stored.insert(new, value);
                }
            }
            Self::Swap { attribute, other } => {
                if let (Some(first), Some(second)) = (name(stored, attribute), name(stored, other)) {
                    let (a, b) = (stored[&first].clone(), stored[&second].clone());
                    stored.insert(first, b);
                    stored.insert(second, a);
                }
            }
            Self::Copy { attribute, name: new } => {
                if let Some(value) = name(stored, attribute).map(|name| stored[&name].clone()) {
                    stored.insert(new, value);
                }
            }
            Self::Replace { attribute, value } => {
                if let Some(name) = name(stored, attribute) {
                    stored.insert(name, value.into());
                }
            }
            Self::Add { name, value } => {
                stored.insert(name, value.into());
            }
            Self::Splice { item, attribute, into } => {
                let other = &WRITTEN[usize::from(item) % WRITTEN.len()].stored;
                if let (Some(from), Some(into)) = (name(other, attribute), name(stored, into)) {
                    stored.insert(into, other[&from].clone());
                }
            }
        }
    }
}

/// Changes the bytes of a string, a number or a binary.
fn change(stored: &mut Item, name: Option<String>, change: impl FnOnce(&mut Vec<u8>)) {
    let Some(value) = name.and_then(|name| stored.get_mut(&name)) else { return };
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => {
            let mut bytes = std::mem::take(text).into_bytes();
            change(&mut bytes);
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        AttributeValue::B(blob) => {
            let mut bytes = blob.as_ref().to_vec();
            change(&mut bytes);
            *blob = bytes.into();
        }
        _ => {}
    }
}
