use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee;

fn main() {}
