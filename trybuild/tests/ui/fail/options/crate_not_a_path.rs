use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(crate = "dynaseal")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
