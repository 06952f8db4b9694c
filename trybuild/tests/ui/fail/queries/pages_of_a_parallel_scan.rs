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
    let _ = employees.parallel_scan(4).page(None).await;
}

fn main() {}
