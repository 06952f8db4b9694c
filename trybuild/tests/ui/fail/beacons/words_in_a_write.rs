use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, words))]
    notes: String,
}

async fn remove(people: Repository<Person>) {
    let _ = people.delete("p-1").when(Person::fields().notes.contains_word("retired")).await;
}

fn main() {}
