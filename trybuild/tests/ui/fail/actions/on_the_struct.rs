use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[sign_only]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
