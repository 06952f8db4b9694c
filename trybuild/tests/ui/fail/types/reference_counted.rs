use std::rc::Rc;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip)]
    shared: Option<Rc<String>>,
}

fn main() {}
