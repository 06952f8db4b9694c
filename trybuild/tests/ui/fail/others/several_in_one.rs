use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("grade", action = encrypt, "badge", action = encrypt))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
