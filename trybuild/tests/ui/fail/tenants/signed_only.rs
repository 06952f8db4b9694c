use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    number: String,
    #[sign_only]
    #[item(tenant)]
    shop: String,
}

fn main() {}
