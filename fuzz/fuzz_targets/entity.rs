//! A struct decoded from arbitrary attributes: rejected with a reason, or unchanged after writing and reading it again.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use dynaseal::{EncryptedItem, Number};
use dynaseal_fuzz::value::{Value, item};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, EncryptedItem)]
struct Patient {
    #[partition_key]
    id: String,
    #[sort_key]
    #[item(template = "WARD#{ward:04}")]
    ward: u32,
    name: String,
    age: u8,
    balance: i128,
    insured: bool,
    #[item(bytes)]
    photo: Vec<u8>,
    note: Option<String>,
    #[item(default)]
    address: Address,
    visits: BTreeMap<String, Vec<i32>>,
    tags: BTreeSet<String>,
    kind: Kind,
    #[sign_only]
    created: i64,
    precise: Number,
    #[do_nothing]
    weight: f64,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    number: Option<u32>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Inpatient,
    Outpatient(u8),
    Visitor { badge: char },
}

fuzz_target!(|attributes: Vec<(Name, Value)>| {
    let mut item = item(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect());
    let Ok(patient) = Patient::from_item(&mut item) else { return };
    if let Ok(mut again) = patient.to_item() {
        assert_eq!(Patient::from_item(&mut again).expect("what was written is read"), patient);
        assert!(again.is_empty(), "nothing is left over");
    }
});

/// Usually a name of the struct.
#[derive(arbitrary::Arbitrary, Debug)]
enum Name {
    Id,
    Ward,
    Name,
    Age,
    Balance,
    Insured,
    Photo,
    Note,
    Address,
    Visits,
    Tags,
    Kind,
    Created,
    Precise,
    Weight,
    Other(String),
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        match name {
            Name::Other(name) => name,
            known => format!("{known:?}").to_lowercase(),
        }
    }
}
