use dynaseal::EncryptedItem;

struct Label(String);

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip)]
    label: Label,
}

fn main() {}
