use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(beacon(name = eleventh, of = "phones[10]", bits = 10))]
struct Person {
    #[partition_key]
    id: String,
    phones: Vec<String>,
}

fn main() {}
