use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
#[item(index(name = "by-department", partition = department, sort = hired))]
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
    let _ = employees.query_index(Employee::indexes().by_department, "Legal").sort_eq("2020").collect().await;
}

fn main() {}
