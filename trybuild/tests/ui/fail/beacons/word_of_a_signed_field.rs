use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[item(beacon(bits = 16))]
    email: String,
    #[item(beacon(bits = 8, extension, words))]
    notes: String,
    #[item(beacon(bits = 8, extension, prefixes = 2..=6))]
    name: String,
    #[item(beacon(bits = 8, extension, buckets = 500))]
    salary: u32,
}

fn find() {
    let _ = Person::fields().team.contains_word("core");
}

fn main() {}
