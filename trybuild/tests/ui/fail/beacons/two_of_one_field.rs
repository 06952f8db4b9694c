use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(beacon(name = last4, of = ssn, suffix = 4, bits = 10))]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 16))]
    ssn: String,
}

fn main() {}
