use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(rename = "*amzn-ddb-map-sig*")]
    signature: String,
}

fn main() {}
