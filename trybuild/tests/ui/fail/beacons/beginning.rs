use std::collections::BTreeSet;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-email", partition = email, projection = keys_only))]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 16))]
    email: String,
    #[item(set, beacon(bits = 16))]
    skills: BTreeSet<String>,
    #[item(beacon(bits = 16, part_only))]
    badge: String,
    name: String,
}

fn find() {
    let _ = Person::fields().email.begins_with("ann");
}

fn main() {}
