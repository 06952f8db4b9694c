use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, prefixes = 1..=26))]
    name: String,
}

fn main() {}
