use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-notes", partition = notes))]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, ngrams = 3))]
    notes: String,
}

fn main() {}
