use std::collections::BTreeSet;

use dynaseal::{EncryptedItem, Repository};

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

fn find(people: Repository<Person>) {
    let _ = people.query_index(Person::indexes().by_email, "ann@example.com").stream();
}

fn main() {}
