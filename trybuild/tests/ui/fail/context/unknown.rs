use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(unknown = sign_and_include_in_encryption_context)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
}

fn main() {}
