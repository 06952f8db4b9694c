#![deny(warnings)]

use dynaseal::index::{Index, NoSortKey, Trailing, Unordered};
use dynaseal::{EncryptedItem, KeyAttribute};

/// Keys whose parts depend on parameters.
#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "{owner}#{{}}#{type}"))]
#[item(index(name = "by-level", partition(name = "IK", template = "L#{level:03}#{owner}")))]
pub struct Document<Owner, Level>
where
    Owner: KeyAttribute + Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static,
    Level: Send + Sync + 'static,
{
    #[sign_only]
    owner: Owner,
    #[sign_only]
    r#type: u8,
    #[sign_only]
    level: Level,
}

#[derive(EncryptedItem)]
pub struct Employee {
    #[partition_key]
    #[item(template = "EMPLOYEE#{id}")]
    id: String,
    #[sort_key]
    #[item(rename = "SK", template = "YEAR#{hired}")]
    hired: u32,
}

/// Text behind the value: ranges of the key are not those of the value.
#[derive(EncryptedItem)]
#[deprecated]
pub struct Closed {
    #[partition_key]
    id: String,
    #[sort_key]
    #[item(template = "<{name}>")]
    #[deprecated]
    name: String,
}

#[allow(deprecated)]
fn main() {
    let _: DocumentKey<String> = (String::from("ada"), 1).into();
    let _: Index<Document<String, Option<u32>>, (u32, String), NoSortKey> =
        Document::<String, Option<u32>>::indexes().by_level;
    let _: Index<Employee, String, Trailing<u32>> = Employee::primary_index();
    let _: Index<Closed, String, Unordered<String>> = Closed::primary_index();
    let _: EmployeeKey = ("e-1", 2020).into();
}
