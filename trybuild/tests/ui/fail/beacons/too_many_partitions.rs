use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(partitions = 255)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 16))]
    email: String,
}

fn main() {}
