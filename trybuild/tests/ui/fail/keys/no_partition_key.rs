use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    employee_id: String,
}

fn main() {}
