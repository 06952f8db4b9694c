use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(beacon(name = email, of = ssn, suffix = 4, bits = 10))]
struct Person {
    #[partition_key]
    id: String,
    email: String,
    ssn: String,
}

fn main() {}
