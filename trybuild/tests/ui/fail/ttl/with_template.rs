use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[sort_key]
    #[item(ttl, template = "EXPIRES#{expires:010}")]
    expires: u64,
}

fn main() {}
