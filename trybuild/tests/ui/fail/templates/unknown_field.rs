use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "T#{tenant}#U#{user}"))]
struct Order {
    #[sign_only]
    tenant: String,
    #[sign_only]
    number: u32,
}

// The key is generated nevertheless, so nothing is reported here.
fn main() {
    let _ = Order::primary_index();
    let _ = |order: &Order| order.key();
}
