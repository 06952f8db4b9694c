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

fn check(people: Repository<Person>) {
    let _ = people.check("p-1", Person::fields().email.eq("ann@example.com"));
}

fn main() {}
