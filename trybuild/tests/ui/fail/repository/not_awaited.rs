use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    salary: u64,
}

async fn find(employees: Repository<Employee>) {
    #![deny(unused_must_use)]
    employees.get(("e-1", 2020));
}

fn main() {}
