use dynaseal::EncryptedItem;

#[derive(serde::Serialize, serde::Deserialize)]
struct Day(u16);

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(created_at)]
    created: Day,
}

fn main() {}
