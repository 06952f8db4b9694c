//! Creates tables, and waits until they are active.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeDefinition, KeySchemaElement, KeyType, ScalarAttributeType};

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};

/// The maximum wait for a new table; DynamoDB needs seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// Creates the table of this name, and waits until it is active.
pub(crate) async fn create(client: &Client, name: &str, request: CreateTableFluentBuilder) -> Result<()> {
    request.table_name(name).send().await.map_err(|error| explain(from_sdk("CreateTable", error)))?;
    wait(client, name).await.map_err(|error| error.after("the table was created"))
}

/// Waits until an existing table is active.
pub(crate) async fn wait(client: &Client, name: &str) -> Result<()> {
    let ready = client.wait_until_table_exists().table_name(name).wait(PATIENCE).await;
    ready.map(drop).map_err(|error| {
        Error::new(
            ErrorKind::Unavailable,
            "the table was not seen to become usable within five minutes; waiting for it needs the permission \
             dynamodb:DescribeTable",
        )
        .with_operation("DescribeTable")
        .with_sdk_error(None, None, error.into())
    })
}

/// Returns one key attribute for `CreateTable`.
pub(crate) fn attribute(name: &str, scalar: ScalarAttributeType) -> Result<AttributeDefinition> {
    let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(scalar).build();
    attribute.map_err(|error| indescribable(name, error))
}

/// Returns the key schema of a partition key and an optional sort key, in this order.
pub(crate) fn key<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<KeySchemaElement>> {
    let element = |(name, role): (&'a str, KeyType)| {
        let element = KeySchemaElement::builder().attribute_name(name).key_type(role).build();
        element.map_err(|error| indescribable(name, error))
    };
    names.into_iter().zip([KeyType::Hash, KeyType::Range]).map(element).collect()
}

fn indescribable(name: &str, error: BuildError) -> Error {
    Error::new(ErrorKind::Usage, "the key cannot be described to DynamoDB").with_attribute(name).with_source(error)
}

fn explain(error: Error) -> Error {
    match error.aws_code() {
        Some("ResourceInUseException") => {
            error.recast(ErrorKind::AlreadyExists, "a table of this name already exists; it was not changed")
        }
        _ => error,
    }
}
