use dynaseal::EncryptedItem;
use dynaseal::codec::java::bool_number;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    #[item(with = bool_number)]
    active: bool,
}

fn main() {
    let _ = Employee::fields().active.remove();
}
