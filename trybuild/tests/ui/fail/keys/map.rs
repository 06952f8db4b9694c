use std::collections::HashMap;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: HashMap<String, String>,
}

fn main() {}
