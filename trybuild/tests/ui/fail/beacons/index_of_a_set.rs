use std::collections::BTreeSet;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-skill", partition = skills))]
struct Person {
    #[partition_key]
    id: String,
    #[item(set, beacon(bits = 8))]
    skills: BTreeSet<String>,
}

fn main() {}
