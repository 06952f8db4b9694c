use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, words))]
    salary: u32,
}

fn main() {}
