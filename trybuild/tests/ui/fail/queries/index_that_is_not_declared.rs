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
    let _ = employees.query_index(Employee::indexes().by_department, "Legal").collect().await;
}

fn main() {}
