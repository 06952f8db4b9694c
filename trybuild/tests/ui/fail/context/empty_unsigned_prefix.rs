use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(unsigned_prefix = "")]
struct Invoice {
    #[partition_key]
    invoice_id: String,
}

fn main() {}
