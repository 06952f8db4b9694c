use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[item(rename = "employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_employee_")]
    employee_id: String,
}

fn main() {}
