use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, buckets = 500))]
    salary: String,
}

fn main() {}
