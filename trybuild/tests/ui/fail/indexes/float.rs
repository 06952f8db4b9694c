use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-rating", partition = rating))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    rating: f64,
}

fn main() {}
