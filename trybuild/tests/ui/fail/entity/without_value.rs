use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(entity(attribute = "type"))]
struct Employee {
    #[partition_key]
    id: String,
    #[sign_only]
    entity: String,
}

fn main() {}
