use dynaseal::EncryptedItem;

dynaseal::entities! {
    struct Staff {
        employees: u8,
    }
}

fn main() {}
