use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "USER#${user}"))]
struct Session {
    #[sign_only]
    user: String,
}

fn main() {}
