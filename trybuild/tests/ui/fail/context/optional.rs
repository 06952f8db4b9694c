use dynaseal::EncryptedItem;

type Name = Option<String>;

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[sign_and_include_in_encryption_context]
    customer: Name,
}

fn main() {}
