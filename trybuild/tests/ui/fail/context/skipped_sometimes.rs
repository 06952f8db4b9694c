use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[sign_and_include_in_encryption_context]
    #[item(default, skip_if = String::is_empty)]
    customer: String,
}

fn main() {}
