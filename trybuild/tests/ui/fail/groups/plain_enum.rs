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

async fn example(employees: Repository<Employee>) -> dynaseal::Result<()> {
    let _ = employees.query("e-1").any_of::<Staff>().collect().await?;
    Ok(())
}

fn main() {}
