use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(rename = "*amzn-ddb-map-desc*")]
    description: String,
}

fn main() {}
