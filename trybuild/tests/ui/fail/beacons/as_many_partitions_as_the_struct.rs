use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(partitions = 5)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 16, partitions = 5))]
    email: String,
}

fn main() {}
