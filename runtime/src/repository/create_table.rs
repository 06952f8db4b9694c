//! The table that an entity calls for.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType as KeyRole};

use crate::entity::{EncryptedItem, KeyDefinition, KeySchema};
use crate::error::{Error, ErrorKind, Result};
use crate::sdk_error::from_sdk;
use crate::table::Table;

use super::Repository;

/// How long a new table may take; DynamoDB needs seconds.
const PATIENCE: Duration = Duration::from_secs(300);

/// A request that creates the repository's table; made by [`Repository::create_table`].
#[derive(Debug)]
#[must_use = "no table is created until the request is awaited"]
pub struct CreateTable {
    table: Arc<Table>,
    key_schema: KeySchema,
}

impl CreateTable {
    pub(super) fn new<T: EncryptedItem>(repository: &Repository<T>) -> Self {
        Self { table: Arc::clone(&repository.table), key_schema: T::KEY_SCHEMA }
    }

    async fn send(self) -> Result<()> {
        let Self { table, key_schema } = self;
        let mut request = table.client.create_table().table_name(&table.name).billing_mode(BillingMode::PayPerRequest);
        for (definition, role) in key_schema.definitions().zip([KeyRole::Hash, KeyRole::Range]) {
            let (attribute, element) = describe(definition, role)?;
            request = request.attribute_definitions(attribute).key_schema(element);
        }
        request.send().await.map_err(|error| explain(from_sdk("CreateTable", error)))?;

        let ready = table.client.wait_until_table_exists().table_name(&table.name).wait(PATIENCE).await;
        ready.map(drop).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "the table was created, but did not become usable within five minutes")
                .with_operation("CreateTable")
                .with_sdk_error(None, None, error)
        })
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn describe(definition: KeyDefinition, role: KeyRole) -> Result<(AttributeDefinition, KeySchemaElement)> {
    let KeyDefinition { name, key_type, .. } = definition;
    let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(key_type.into()).build();
    let element = KeySchemaElement::builder().attribute_name(name).key_type(role).build();
    attribute.and_then(|attribute| Ok((attribute, element?))).map_err(|error| {
        Error::new(ErrorKind::Usage, "the key cannot be described to DynamoDB").with_attribute(name).with_source(error)
    })
}

fn explain(error: Error) -> Error {
    match error.aws_code() {
        Some("ResourceInUseException") => {
            error.recast(ErrorKind::AlreadyExists, "there is a table of this name already; it is left as it is")
        }
        _ => error,
    }
}
