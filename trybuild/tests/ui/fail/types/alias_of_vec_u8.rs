use dynaseal::EncryptedItem;

type Photo = Vec<u8>;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    photo: Photo,
}

fn main() {}
