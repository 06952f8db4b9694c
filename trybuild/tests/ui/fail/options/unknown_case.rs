use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(rename_all = "dromedaryCase")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
