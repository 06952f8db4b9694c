//! The keys and indexes of a table as DynamoDB describes them, and the actions that they require.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType as KeyRole, Projection, ProjectionType, TableDescription};

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::format::encryptor::ItemEncryptor;
use crate::item::key::names::KeyNames;
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::table::TableBeacons;

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
    key: IndexKeyNames,
    pub(super) is_global: bool,
    pub(super) has_all_attributes: bool,
}

/// The attributes of an index's key. A global index can have up to four of each role.
#[derive(Clone, Debug)]
struct IndexKeyNames {
    partition: Vec<String>,
    sort: Vec<String>,
}

impl Description {
    /// Requests the description from the service.
    pub(crate) async fn of(client: &Client, table_name: &str) -> Result<Self> {
        let response = client.describe_table().table_name(table_name).send().await;
        let description = response.map_err(|error| explain(from_sdk(OPERATION, error)))?.table;
        let description = description.ok_or_else(unusable)?;
        let key = IndexKeyNames::of(description.key_schema()).single().ok_or_else(unusable)?;
        Ok(Self { key, indexes: indexes(&description) })
    }

    /// Returns the actions with which items can be written to this table.
    pub(crate) fn check(
        &self,
        actions: AttributeActions,
        encryptor: &ItemEncryptor,
        beacons: &TableBeacons,
    ) -> Result<AttributeActions> {
        beacons.ready()?;
        let actions = beacons.actions(actions);
        let key_action = encryptor.key_action(&actions);
        let force = |actions, name| force_key_action(actions, name, key_action);
        let actions = self.key.iter().try_fold(actions, force)?;
        for (index, known) in &self.indexes {
            for name in known.key.iter().filter(|name| !self.key.contain(name) && !beacons.has_attribute(name)) {
                check_index_key(&actions, index, name)?;
            }
        }
        Ok(actions)
    }
}

impl KnownIndex {
    /// Returns the names of its key attributes; `None` if several attributes have the same role.
    pub(super) fn key(&self) -> Option<KeyNames> {
        self.key.single()
    }
}

/// DynamoDB cannot find an item by an encrypted key, whose ciphertext differs every time, and an unsigned key would
/// allow moving items to other keys.
fn force_key_action(actions: AttributeActions, name: &str, action: AttributeAction) -> Result<AttributeActions> {
    let is_signed = matches!(actions.action(name), AttributeAction::SignOnly) || actions.action(name) == action;
    if actions.declares(name) && !is_signed {
        return Err(Error::new(
            ErrorKind::Usage,
            "this attribute is part of the table's primary key, which must be sign-only: set `SignOnly`, or omit it",
        )
        .with_attribute(name));
    }
    Ok(actions.with(name, action))
}

/// A party that may add an index must not be able to disable encryption, so index keys do not become sign-only
/// automatically.
fn check_index_key(actions: &AttributeActions, index: &str, name: &str) -> Result<()> {
    if actions.declares(name) && actions.action(name) != AttributeAction::EncryptAndSign {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        format!(
            "this attribute is part of the key of index `{index}`, and encrypted attributes cannot be index keys: \
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
        Self { key: IndexKeyNames::of(schema), is_global, has_all_attributes }
    }
}

impl IndexKeyNames {
    fn of(schema: &[KeySchemaElement]) -> Self {
        let of_role = |role: KeyRole| {
            let elements = schema.iter().filter(|element| *element.key_type() == role);
            elements.map(|element| element.attribute_name().to_owned()).collect()
        };
        Self { partition: of_role(KeyRole::Hash), sort: of_role(KeyRole::Range) }
    }

    fn iter(&self) -> impl Iterator<Item = &String> {
        self.partition.iter().chain(&self.sort)
    }

    /// Returns the key with one partition key and at most one sort key.
    fn single(&self) -> Option<KeyNames> {
        let partition_key = single(&self.partition)?.clone();
        match self.sort.is_empty() {
            true => Some(KeyNames { partition_key, sort_key: None }),
            false => Some(KeyNames { partition_key, sort_key: Some(single(&self.sort)?.clone()) }),
        }
    }
}

fn single(names: &[String]) -> Option<&String> {
    match names {
        [name] => Some(name),
        _ => None,
    }
}

fn unusable() -> Error {
    Error::new(ErrorKind::Sdk, "the response of the service does not contain the table's primary key")
        .with_operation(OPERATION)
}

fn explain(error: Error) -> Error {
    match error.aws_code() {
        Some("AccessDeniedException") => error.recast(
            ErrorKind::Sdk,
            "the keys and indexes of the table could not be read: allow `dynamodb:DescribeTable` to these credentials",
        ),
        _ => error,
    }
}
