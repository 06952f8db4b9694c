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

async fn write(people: Repository<Person>, ann: Person) {
    let _ = people.put(&ann).when(Person::fields().email.eq("ann@example.com")).await;
}

fn main() {}
