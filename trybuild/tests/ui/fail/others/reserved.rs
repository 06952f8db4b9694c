use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("*amzn-ddb-map-desc*", action = do_nothing))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
