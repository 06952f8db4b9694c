use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[sort_key]
    #[item(beacon(bits = 8))]
    name: String,
}

fn main() {}
