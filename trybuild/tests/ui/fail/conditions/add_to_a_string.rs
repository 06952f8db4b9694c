use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    note: String,
}

fn main() {
    let _ = Employee::fields().note.add("!".to_owned());
}
