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
#[item(index(name = "by-owner", partition = owner))]
struct Device {
    #[partition_key]
    serial: String,
    #[sign_only]
    owner: String,
}

async fn find(employees: Repository<Employee>) {
    let _ = employees.query_index(Device::indexes().by_owner, "ada").collect().await;
}

fn main() {}
