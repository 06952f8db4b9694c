use dynaseal::{EncryptedItem, KeyAttribute};

#[derive(Clone, Debug, PartialEq, KeyAttribute)]
struct EmployeeId(String);

#[derive(EncryptedItem)]
pub struct Employee {
    #[partition_key]
    employee_id: EmployeeId,
}

fn main() {}
