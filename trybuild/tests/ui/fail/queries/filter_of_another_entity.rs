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

#[derive(EncryptedItem)]
struct Device {
    #[partition_key]
    serial: String,
    #[sign_only]
    owner: String,
}

async fn find(employees: Repository<Employee>) {
    let _ = employees.scan().filter(Device::fields().owner.eq("ada")).collect().await;
}

fn main() {}
