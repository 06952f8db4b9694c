use dynaseal::EncryptedItem;

#[derive(serde::Serialize, serde::Deserialize)]
struct Grade(u8);

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(default)]
    grade: Grade,
}

fn main() {}
