use std::collections::HashMap;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    names: Option<HashMap<Option<String>, u8>>,
}

fn main() {}
