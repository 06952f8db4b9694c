use dynaseal::EncryptedItem;
use dynaseal::codec::exact;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    #[item(with = exact)]
    salary: String,
}

fn main() {
    let _ = Employee::fields().salary.gt("10");
}
