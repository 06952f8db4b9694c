use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[sort_key]
    hired: u32,
}

fn main() {}
