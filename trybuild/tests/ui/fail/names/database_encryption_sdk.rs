use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[do_nothing]
    aws_dbe_note: String,
}

fn main() {}
