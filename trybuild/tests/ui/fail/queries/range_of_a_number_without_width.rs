use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    #[item(template = "YEAR#{hired}")]
    hired: u32,
    name: String,
    #[sign_only]
    department: String,
}

async fn find(employees: Repository<Employee>) {
    let _ = employees.query("e-1").sort_gt(2020).collect().await;
}

fn main() {}
