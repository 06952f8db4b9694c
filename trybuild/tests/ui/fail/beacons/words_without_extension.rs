use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, words))]
    notes: String,
}

fn main() {}
