//! Puts and gets an item, and lets KMS generate a key: the bare SDK, without encryption.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_kms::types::DataKeySpec;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Employee {
    employee_id: String,
    salary: u64,
    department: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::env::args().nth(1).ok_or("the argument is the id of a KMS key")?;
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let kms = aws_sdk_kms::Client::new(&config);
    let data_key = kms.generate_data_key().key_id(key).key_spec(DataKeySpec::Aes256).send().await?;
    kms.decrypt().set_ciphertext_blob(data_key.ciphertext_blob).send().await?;

    let client = aws_sdk_dynamodb::Client::new(&config);
    let employee = Employee { employee_id: "e-1".into(), salary: 4200, department: "Legal".into() };
    let item = serde_dynamo::to_item(employee)?;
    client.put_item().table_name("employees").set_item(Some(item)).send().await?;
    let key = AttributeValue::S("e-1".to_owned());
    let found = client.get_item().table_name("employees").key("employee_id", key).send().await?;
    let employee: Employee = serde_dynamo::from_item(found.item.ok_or("there is no such item")?)?;
    println!("{} {} {}", employee.employee_id, employee.salary, employee.department);
    Ok(())
}
