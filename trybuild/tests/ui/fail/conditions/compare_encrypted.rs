use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
}

fn main() {
    let _ = Employee::fields().salary.gt(4200);
}
