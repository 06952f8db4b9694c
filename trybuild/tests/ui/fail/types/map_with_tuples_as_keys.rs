use std::collections::HashMap;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    seats: HashMap<(u8, u8), String>,
}

fn main() {}
