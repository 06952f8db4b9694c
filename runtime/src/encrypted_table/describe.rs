//! What DynamoDB says of a table, and what the actions of its items must be for it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType as KeyRole, Projection, ProjectionType, TableDescription};

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::format::encryptor::ItemEncryptor;
use crate::item::key::names::KeyNames;
use crate::schema::action::{AttributeAction, AttributeActions};

const OPERATION: &str = "DescribeTable";

/// The keys and indexes of a table.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) key: KeyNames,
    pub(crate) indexes: HashMap<String, KnownIndex>,
}

/// A secondary index.
#[derive(Clone, Debug)]
pub(crate) struct KnownIndex {
    /// All attributes of its key.
    key_attributes: Vec<String>,
    pub(super) is_global: bool,
    pub(super) has_all_attributes: bool,
}

impl Description {
    /// Asks the service.
    pub(crate) async fn of(client: &Client, table_name: &str) -> Result<Self> {
        let answer = client.describe_table().table_name(table_name).send().await;
        let description = answer.map_err(|error| explain(from_sdk(OPERATION, error)))?.table;
        let description = description.ok_or_else(unusable)?;
        let key = key_names(&key_attributes(description.key_schema())).ok_or_else(unusable)?;
        Ok(Self { key, indexes: indexes(&description) })
    }

    /// The actions with which items can be written to this table.
    pub(crate) fn check(&self, actions: AttributeActions, encryptor: &ItemEncryptor) -> Result<AttributeActions> {
        let key_action = encryptor.key_action(&actions);
        let force = |actions, name| force_key_action(actions, name, key_action);
        let actions = self.key.iter().try_fold(actions, force)?;
        for (index, known) in &self.indexes {
            for name in known.key_attributes.iter().filter(|name| !self.key.contain(name)) {
                check_index_key(&actions, index, name)?;
            }
        }
        Ok(actions)
    }
}

impl KnownIndex {
    /// The names of its key. `None` if it has more than two attributes.
    pub(super) fn key(&self) -> Option<KeyNames> {
        key_names(&self.key_attributes)
    }
}

/// DynamoDB cannot find an item by a key that is encrypted differently every time, and a key that nobody signed would let
/// items be moved to other keys.
fn force_key_action(actions: AttributeActions, name: &str, action: AttributeAction) -> Result<AttributeActions> {
    let is_signed = matches!(actions.action(name), AttributeAction::SignOnly) || actions.action(name) == action;
    if actions.declares(name) && !is_signed {
        return Err(Error::new(
            ErrorKind::Usage,
            "this attribute is part of the table's primary key, which must be sign-only: say `SignOnly`, or leave it out",
        )
        .with_attribute(name));
    }
    Ok(actions.with(name, action))
}

/// Whoever may add an index must not be able to turn encryption off, so its keys do not become sign-only by themselves.
fn check_index_key(actions: &AttributeActions, index: &str, name: &str) -> Result<()> {
    if actions.declares(name) && actions.action(name) != AttributeAction::EncryptAndSign {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        format!(
            "this attribute is part of the key of index `{index}`, and what is encrypted cannot be found through an index: \
             give it the action `SignOnly` or `DoNothing`, or remove the index"
        ),
    )
    .with_attribute(name))
}

fn indexes(description: &TableDescription) -> HashMap<String, KnownIndex> {
    let global = description
        .global_secondary_indexes()
        .iter()
        .map(|index| (index.index_name(), KnownIndex::new(index.key_schema(), index.projection(), true)));
    let local = description
        .local_secondary_indexes()
        .iter()
        .map(|index| (index.index_name(), KnownIndex::new(index.key_schema(), index.projection(), false)));
    global.chain(local).map(|(name, index)| (name.unwrap_or_default().to_owned(), index)).collect()
}

impl KnownIndex {
    fn new(schema: &[KeySchemaElement], projection: Option<&Projection>, is_global: bool) -> Self {
        let projection = projection.and_then(Projection::projection_type);
        let has_all_attributes = projection == Some(&ProjectionType::All);
        Self { key_attributes: key_attributes(schema), is_global, has_all_attributes }
    }
}

/// The partition key's attributes first.
fn key_attributes(schema: &[KeySchemaElement]) -> Vec<String> {
    let of_role = |role: KeyRole| schema.iter().filter(move |element| *element.key_type() == role);
    of_role(KeyRole::Hash).chain(of_role(KeyRole::Range)).map(|element| element.attribute_name().to_owned()).collect()
}

fn key_names(attributes: &[String]) -> Option<KeyNames> {
    match attributes {
        [partition_key] => Some(KeyNames { partition_key: partition_key.clone(), sort_key: None }),
        [partition_key, sort_key] => {
            Some(KeyNames { partition_key: partition_key.clone(), sort_key: Some(sort_key.clone()) })
        }
        _ => None,
    }
}

fn unusable() -> Error {
    Error::new(ErrorKind::Sdk, "the service did not say what the table's primary key is").with_operation(OPERATION)
}

fn explain(error: Error) -> Error {
    match error.aws_code() {
        Some("AccessDeniedException") => error.recast(
            ErrorKind::Sdk,
            "the keys and indexes of the table could not be asked for: allow `dynamodb:DescribeTable` to these credentials",
        ),
        _ => error,
    }
}
