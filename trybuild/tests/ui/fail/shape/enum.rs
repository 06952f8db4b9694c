use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
enum Employee {
    Hired,
    Left,
}

fn main() {}
