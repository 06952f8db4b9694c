use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "T#{tenant}"))]
struct Order {
    #[partition_key]
    tenant: String,
}

fn main() {}
