use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[sign_only]
    #[item(ttl)]
    expires: Option<String>,
}

fn main() {}
