use dynaseal::EncryptedItem;

#[derive(serde::Serialize, serde::Deserialize)]
struct Address;

#[derive(EncryptedItem)]
#[item(debug)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    address: Address,
}

fn main() {}
