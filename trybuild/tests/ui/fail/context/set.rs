use std::collections::BTreeSet;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[sign_and_include_in_encryption_context]
    #[item(set)]
    customers: BTreeSet<String>,
}

fn main() {}
