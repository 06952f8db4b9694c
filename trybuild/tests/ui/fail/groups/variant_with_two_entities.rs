use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(entity = "employee")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

dynaseal::entities! {
    enum Staff {
        Employee(Employee, Employee),
    }
}

fn main() {}
