use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
    #[sign_only]
    department: String,
}

async fn find(employees: Repository<Employee>) {
    let _ = dynaseal::Transaction::new().with(employees.get(("e-1", 2020)));
}

fn main() {}
