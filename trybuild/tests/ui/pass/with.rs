#![deny(warnings)]

use std::time::SystemTime;

use dynaseal::EncryptedItem;
use dynaseal::codec::java::{bool_number, date_iso};

/// A type without the traits of serde.
struct Title(String);

impl From<String> for Title {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl AsRef<str> for Title {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

mod generic {
    pub fn serialize<T: AsRef<str>, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.as_ref())
    }

    pub fn deserialize<'de, T: From<String>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(String::into)
    }
}

#[derive(EncryptedItem)]
pub struct Employee<T: AsRef<str> + From<String> + Send + Sync + 'static> {
    #[partition_key]
    employee_id: String,
    #[item(with = generic)]
    title: T,
    #[item(with = bool_number, default)]
    active: bool,
    #[item(with = ::dynaseal::codec::java::bool_number)]
    retired: Option<bool>,
    #[item(with = date_iso)]
    born: SystemTime,
    // The field has the name of a local variable in the generated code.
    #[item(with = bool_number)]
    serializer: bool,
    #[item(with = bool_number)]
    item: bool,
}

fn main() {
    let employee = Employee {
        employee_id: "e-1".to_owned(),
        title: Title("Dr".to_owned()),
        active: true,
        retired: None,
        born: SystemTime::UNIX_EPOCH,
        serializer: false,
        item: true,
    };
    let mut item = employee.to_item().unwrap();
    let read = Employee::<Title>::from_item(&mut item).unwrap();
    assert_eq!(read.title.0, "Dr");
    assert!(read.active && read.item && !read.serializer);
}
