use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee(#[partition_key] String, u32);

fn main() {}
