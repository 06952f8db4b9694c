use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    #[item(beacon(bits = 8))]
    name: String,
}

fn main() {}
