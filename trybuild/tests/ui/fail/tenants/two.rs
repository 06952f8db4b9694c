use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    #[sort_key]
    #[item(tenant)]
    till: String,
}

fn main() {}
