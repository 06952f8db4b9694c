use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-tags", partition = tags))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    tags: Vec<String>,
}

fn main() {}
