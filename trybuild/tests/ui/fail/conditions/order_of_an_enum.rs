//! It is stored by the names of its variants, which sort alphabetically.

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Ticket {
    #[partition_key]
    id: String,
    #[sign_only]
    priority: Priority,
}

#[derive(serde::Serialize, serde::Deserialize)]
enum Priority {
    Low,
    High,
}

fn main() {
    let _ = Ticket::fields().priority.ge(Priority::Low);
    let _ = Priority::High;
}
