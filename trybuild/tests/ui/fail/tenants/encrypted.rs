use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    number: String,
    #[item(tenant)]
    shop: String,
}

fn main() {}
