use std::cell::RefCell;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip)]
    shared: Option<RefCell<String>>,
}

fn main() {}
