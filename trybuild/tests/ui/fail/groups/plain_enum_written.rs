use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[do_nothing]
    logins: u64,
}

enum Staff {
    Employee(Employee),
}

async fn example(employees: Repository<Employee>, staff: Vec<Staff>) {
    let _ = employees.write_many_of(staff).await;
}

fn main() {}
