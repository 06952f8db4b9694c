//! Puts and gets an item with keys from KMS: the AWS Database Encryption SDK.

use std::collections::HashMap;

use aws_db_esdk::CryptoAction;
use aws_db_esdk::dynamodb::types::DynamoDbTableEncryptionConfig;
use aws_db_esdk::intercept::DbEsdkInterceptor;
use aws_db_esdk::material_providers::client::Client as MaterialProviders;
use aws_db_esdk::material_providers::types::material_providers_config::MaterialProvidersConfig;
use aws_db_esdk::types::dynamo_db_tables_encryption_config::DynamoDbTablesEncryptionConfig;
use aws_sdk_dynamodb::types::AttributeValue;

const TABLE: &str = "employees";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::env::args().nth(1).ok_or("the argument is the id of a KMS key")?;
    let providers = MaterialProviders::from_conf(MaterialProvidersConfig::builder().build()?)?;
    let keyring = providers.create_aws_kms_mrk_multi_keyring().generator(key).send().await?;
    let table = DynamoDbTableEncryptionConfig::builder()
        .logical_table_name(TABLE)
        .partition_key_name("employee_id")
        .attribute_actions_on_encrypt(HashMap::from([
            ("employee_id".to_owned(), CryptoAction::SignOnly),
            ("salary".to_owned(), CryptoAction::EncryptAndSign),
            ("department".to_owned(), CryptoAction::SignOnly),
        ]))
        .keyring(keyring)
        .allowed_unsigned_attribute_prefix(":")
        .build()?;
    let tables = DynamoDbTablesEncryptionConfig::builder()
        .table_encryption_configs(HashMap::from([(TABLE.to_owned(), table)]))
        .build()?;
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let config =
        aws_sdk_dynamodb::config::Builder::from(&config).interceptor(DbEsdkInterceptor::new(tables)?).build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);

    let item = HashMap::from([
        ("employee_id".to_owned(), AttributeValue::S("e-1".to_owned())),
        ("salary".to_owned(), AttributeValue::N("4200".to_owned())),
        ("department".to_owned(), AttributeValue::S("Legal".to_owned())),
    ]);
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await?;
    let key = AttributeValue::S("e-1".to_owned());
    let found = client.get_item().table_name(TABLE).key("employee_id", key).send().await?;
    let item = found.item.ok_or("there is no such item")?;
    println!("{:?} {:?} {:?}", item["employee_id"], item["salary"], item["department"]);
    Ok(())
}
