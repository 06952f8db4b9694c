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
    employees.update_in_place(("e-1", 2020), Employee::fields().hired.set(2021)).await?;
    Ok(())
}

fn main() {}
