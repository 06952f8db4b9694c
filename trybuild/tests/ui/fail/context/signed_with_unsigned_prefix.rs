use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(unsigned_prefix = ":", rename_all = "camelCase")]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[item(rename = ":total")]
    total: u64,
}

fn main() {}
