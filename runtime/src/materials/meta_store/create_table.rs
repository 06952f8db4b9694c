//! The metastore's table.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};

use crate::error::{Error, ErrorKind, Result};
use crate::sdk_error::from_sdk;

use super::record;

/// How long a new table may take; DynamoDB needs seconds.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) async fn send(client: &Client, table_name: &str) -> Result<()> {
    let mut request = client.create_table().table_name(table_name).billing_mode(BillingMode::PayPerRequest);
    for (name, role, scalar) in [
        (record::NAME, KeyType::Hash, ScalarAttributeType::S),
        (record::VERSION, KeyType::Range, ScalarAttributeType::N),
    ] {
        let (attribute, element) = describe(name, role, scalar).map_err(|error| {
            Error::new(ErrorKind::Usage, "the key cannot be described to DynamoDB").with_source(error)
        })?;
        request = request.attribute_definitions(attribute).key_schema(element);
    }
    request.send().await.map_err(|error| explain(from_sdk("CreateTable", error)))?;

    let ready = client.wait_until_table_exists().table_name(table_name).wait(PATIENCE).await;
    ready.map(drop).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "the table was created, but did not become usable within five minutes")
            .with_operation("CreateTable")
            .with_sdk_error(None, None, error)
    })
}

fn describe(
    name: &str,
    role: KeyType,
    scalar: ScalarAttributeType,
) -> Result<(AttributeDefinition, KeySchemaElement), BuildError> {
    let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(scalar).build()?;
    let element = KeySchemaElement::builder().attribute_name(name).key_type(role).build()?;
    Ok((attribute, element))
}

fn explain(error: Error) -> Error {
    match error.aws_code() {
        Some("ResourceInUseException") => {
            error.recast(ErrorKind::AlreadyExists, "there is a table of this name already; it is left as it is")
        }
        _ => error,
    }
}
