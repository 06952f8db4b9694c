use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("grade", action = encrypt), other("grade", action = sign_only))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
