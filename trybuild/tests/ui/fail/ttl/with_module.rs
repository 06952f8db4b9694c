use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[sign_only]
    #[item(ttl, with = iso_8601)]
    expires: u64,
}

fn main() {}
