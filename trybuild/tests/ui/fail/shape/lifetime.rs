use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee<'a> {
    #[partition_key]
    employee_id: String,
    name: &'a str,
}

fn main() {}
