//! Puts and gets an item with keys from KMS: dynaseal.

use dynaseal::materials::DirectKmsProvider;
use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
    #[sign_only]
    department: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::env::args().nth(1).ok_or("the argument is the id of a KMS key")?;
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let employees: Repository<Employee> = Repository::builder(aws_sdk_dynamodb::Client::new(&config))
        .table("employees")
        .materials(DirectKmsProvider::new(aws_sdk_kms::Client::new(&config), key))
        .build();
    employees.put(&Employee { employee_id: "e-1".into(), salary: 4200, department: "Legal".into() }).await?;
    let employee = employees.get("e-1").await?.ok_or("there is no such item")?;
    println!("{} {} {}", employee.employee_id, employee.salary, employee.department);
    Ok(())
}
