use dynaseal::EncryptedItem;

type Score = f64;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    score: Score,
}

fn main() {}
