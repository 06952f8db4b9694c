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

async fn example(employees: Repository<Employee>) -> dynaseal::Result<()> {
    employees.try_update_with(("e-1", 2020), |employee| {
        employee.logins += 1;
        Err("no".into())
    }).await?;
    Ok(())
}

fn main() {}
