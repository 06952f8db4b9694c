//! The table of the key store.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{BillingMode, KeyType, ScalarAttributeType, TableDescription};

use crate::aws::new_table;
use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};

use super::record;

#[inline]
pub(super) async fn send(client: &Client, table_name: &str) -> Result<()> {
    if let Some(table) = describe(client, table_name).await? {
        check(&table)?;
        return new_table::wait(client, table_name).await;
    }
    let request = client
        .create_table()
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(new_table::attribute(record::ID, ScalarAttributeType::S)?)
        .attribute_definitions(new_table::attribute(record::TYPE, ScalarAttributeType::S)?)
        .set_key_schema(Some(new_table::key([record::ID, record::TYPE])?));
    match new_table::create(client, table_name, request).await {
        // Another process was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            describe(client, table_name).await?.as_ref().map_or(Ok(()), check)?;
            new_table::wait(client, table_name).await
        }
        outcome => outcome,
    }
}

#[inline]
async fn describe(client: &Client, table_name: &str) -> Result<Option<TableDescription>> {
    let response = client.describe_table().table_name(table_name).send().await;
    match response.map_err(|error| from_sdk("DescribeTable", error)) {
        Ok(response) => Ok(response.table),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Indexes and other settings are not restricted.
#[inline]
fn check(table: &TableDescription) -> Result<()> {
    let key = table.key_schema().iter().map(|element| (element.attribute_name(), element.key_type().clone()));
    let is_text = |name: &str| {
        let mut definitions = table.attribute_definitions().iter();
        definitions.any(|one| one.attribute_name() == name && *one.attribute_type() == ScalarAttributeType::S)
    };
    let is_ours = key.eq([(record::ID, KeyType::Hash), (record::TYPE, KeyType::Range)]);
    if is_ours && [record::ID, record::TYPE].into_iter().all(is_text) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Schema,
        "there is a table of this name with another primary key than a key store's, which is the text attributes \
         \"branch-key-id\" and \"type\"; choose another name",
    ))
}
