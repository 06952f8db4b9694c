use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[sign_and_include_in_encryption_context]
    #[item(version)]
    version: u64,
}

fn main() {}
