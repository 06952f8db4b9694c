use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: u64,
    card: String,
}

const TENANT: Option<&str> = Order::TENANT;

fn main() {
    println!("{TENANT:?}");
}
