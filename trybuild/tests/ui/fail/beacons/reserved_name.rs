use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(beacon(name = aws_dbe_ssn, of = ssn, bits = 10))]
struct Person {
    #[partition_key]
    id: String,
    ssn: String,
}

fn main() {}
