//! The metastore's table.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{BillingMode, ScalarAttributeType};

use crate::aws::new_table;
use crate::error::Result;

use super::record;

pub(super) async fn send(client: &Client, table_name: &str) -> Result<()> {
    let request = client
        .create_table()
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(new_table::attribute(record::NAME, ScalarAttributeType::S)?)
        .attribute_definitions(new_table::attribute(record::VERSION, ScalarAttributeType::N)?)
        .set_key_schema(Some(new_table::key([record::NAME, record::VERSION])?));
    new_table::create(client, table_name, request).await
}
