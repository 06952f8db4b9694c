use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[item(ttl)]
    expires: u64,
}

fn main() {}
