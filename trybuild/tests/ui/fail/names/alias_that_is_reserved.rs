use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(alias = "*amzn-ddb-map-sig*")]
    name: String,
}

fn main() {}
