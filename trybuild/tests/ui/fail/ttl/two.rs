use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[sign_only]
    #[item(ttl)]
    expires: u64,
    #[sign_only]
    #[item(ttl)]
    ends: u64,
}

fn main() {}
