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
    let fields = Employee::fields();
    employees.delete(("e-1", 2020)).when(fields.logins.eq(1) && fields.logins.exists()).await?;
    Ok(())
}

fn main() {}
