use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-department", partition = department))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    #[item(skip_if = String::is_empty)]
    department: String,
}

fn main() {}
