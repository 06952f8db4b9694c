use std::collections::BTreeMap;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    names: BTreeMap<Vec<u8>, String>,
}

fn main() {}
