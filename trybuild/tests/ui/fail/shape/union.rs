use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
union Employee {
    employee_id: u32,
    number: u64,
}

fn main() {}
