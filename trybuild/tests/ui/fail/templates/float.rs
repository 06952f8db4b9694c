use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(sort_key(name = "SK", template = "PRICE#{price}"))]
struct Offer {
    #[partition_key]
    offer: String,
    #[sign_only]
    price: f64,
}

fn main() {}
