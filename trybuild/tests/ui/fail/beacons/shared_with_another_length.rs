use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8))]
    email: String,
    #[item(beacon(bits = 16, shared = email))]
    backup: String,
}

fn main() {}
