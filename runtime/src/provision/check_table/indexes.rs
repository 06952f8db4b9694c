//! The secondary indexes of a table, and how a report shows keys.

use aws_sdk_dynamodb::types::{
    IndexStatus, KeySchemaElement, KeyType as KeyRole, Projection, ProjectionType, TableDescription,
};

use crate::item::key::KeyType;
use crate::provision::table_schema::TableSchema;
use crate::schema::entity::{IndexDefinition, IndexProjection, IndexScope, KeyDefinition};

use super::report::{Aspect, Difference, Severity, difference};

/// An index as DynamoDB describes it.
struct Described<'a> {
    name: &'a str,
    scope: IndexScope,
    key_schema: &'a [KeySchemaElement],
    projection: Option<&'a Projection>,
    /// `None` for local indexes, which have the status of their table.
    status: Option<&'a IndexStatus>,
}

#[inline]
pub(super) fn check_indexes(schema: &TableSchema, table: &TableDescription) -> Vec<Difference> {
    let described = described(table);
    let of_type =
        schema.indexes.iter().flat_map(|index| match described.iter().find(|found| found.name == index.name) {
            Some(found) => check_index(index, found, table),
            None => vec![missing(index)],
        });
    let unknown = described.iter().filter(|found| !schema.indexes.iter().any(|index| index.name == found.name));
    of_type.chain(unknown.map(|found| not_in_type(found, table))).collect()
}

#[inline]
fn described(table: &TableDescription) -> Vec<Described<'_>> {
    let global = table.global_secondary_indexes().iter().map(|index| Described {
        name: index.index_name().unwrap_or_default(),
        scope: IndexScope::Global,
        key_schema: index.key_schema(),
        projection: index.projection(),
        status: index.index_status(),
    });
    let local = table.local_secondary_indexes().iter().map(|index| Described {
        name: index.index_name().unwrap_or_default(),
        scope: IndexScope::Local,
        key_schema: index.key_schema(),
        projection: index.projection(),
        status: None,
    });
    global.chain(local).collect()
}

#[inline]
fn check_index(index: &IndexDefinition, found: &Described<'_>, table: &TableDescription) -> Vec<Difference> {
    let aspect = || Aspect::Index(index.name.to_owned());
    let mut differences = Vec::new();
    if index.scope != found.scope {
        let advice = match index.scope {
            IndexScope::Local => {
                "a local index can only be created together with its table; declare the index as it is"
            }
            IndexScope::Global => {
                "declare the index as `local`, or delete it and create a global one under another name"
            }
        };
        let (expected, found) = (scope_text(index.scope), scope_text(found.scope));
        differences.push(difference(Severity::Error, aspect(), expected, found, advice));
    }
    let (expected, key) = (expected_key(index.partition_key, index.sort_key), described_key(found.key_schema, table));
    if expected != key {
        let advice = "the key of an index cannot be changed: correct the annotation, or create the index again under \
                      another name with UpdateTable";
        differences.push(difference(Severity::Error, aspect(), &expected, &key, advice));
    }
    differences.extend(check_projection(index, found.projection));
    if let Some(status) = found.status.filter(|status| **status != IndexStatus::Active) {
        let advice = "queries of the index are rejected or find only part of the items until it is ACTIVE";
        differences.push(difference(Severity::Error, aspect(), "ACTIVE", status.as_str(), advice));
    }
    differences
}

/// If an index projects less than the entity declares, its items are incomplete and cannot be verified.
#[inline]
fn check_projection(index: &IndexDefinition, found: Option<&Projection>) -> Option<Difference> {
    let (expected, found) = (projection_names(index.projection), described_projection(found));
    let holds_less = match (&expected, &found) {
        (expected, found) if expected == found => return None,
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(expected), Some(found)) => expected.iter().any(|name| !found.contains(name)),
    };
    let (severity, advice) = if holds_less {
        (
            Severity::Error,
            "the projection of an index cannot be changed: declare it as it is, or create the index again",
        )
    } else {
        (Severity::Notice, "the index holds more than it needs to, which costs storage and writes")
    };
    let aspect = Aspect::Index(index.name.to_owned());
    Some(difference(severity, aspect, &projection_text(expected), &projection_text(found), advice))
}

#[inline]
fn missing(index: &IndexDefinition) -> Difference {
    let key = expected_key(index.partition_key, index.sort_key);
    let advice = match index.scope {
        IndexScope::Global => "queries of it fail: create it with UpdateTable",
        IndexScope::Local => "queries of it fail, and a local index can only be created together with its table",
    };
    difference(Severity::Error, Aspect::Index(index.name.to_owned()), &key, "no such index", advice)
}

#[inline]
fn not_in_type(found: &Described<'_>, table: &TableDescription) -> Difference {
    let key = described_key(found.key_schema, table);
    let advice = "declare it with #[item(index(..))] if it is yours, or delete it: it costs storage and writes";
    difference(Severity::Notice, Aspect::Index(found.name.to_owned()), "no such index", &key, advice)
}

/// Returns the key as [`described_key`] shows it.
#[inline]
pub(super) fn expected_key(partition_key: KeyDefinition, sort_key: Option<KeyDefinition>) -> String {
    let part = |definition: KeyDefinition| {
        let scalar = match definition.key_type {
            KeyType::String => "S",
            KeyType::Number => "N",
            KeyType::Binary => "B",
        };
        format!("{} ({scalar})", definition.name)
    };
    key_text(part(partition_key), sort_key.map(part))
}

/// Returns the text of a key with the types of its attributes.
#[inline]
pub(super) fn described_key(key_schema: &[KeySchemaElement], table: &TableDescription) -> String {
    let part = |role: &KeyRole| {
        let elements = key_schema.iter().filter(|element| element.key_type() == role);
        let parts = elements.map(|element| {
            let name = element.attribute_name();
            let attribute = table.attribute_definitions().iter().find(|attribute| attribute.attribute_name() == name);
            let scalar = attribute.map_or("?", |attribute| attribute.attribute_type().as_str());
            format!("{name} ({scalar})")
        });
        let parts: Vec<String> = parts.collect();
        Some(parts.join(", ")).filter(|parts| !parts.is_empty())
    };
    key_text(part(&KeyRole::Hash).unwrap_or_default(), part(&KeyRole::Range))
}

#[inline]
fn key_text(partition_key: String, sort_key: Option<String>) -> String {
    match sort_key {
        Some(sort_key) => format!("partition key {partition_key} and sort key {sort_key}"),
        None => format!("partition key {partition_key}"),
    }
}

#[inline]
fn scope_text(scope: IndexScope) -> &'static str {
    match scope {
        IndexScope::Global => "a global index",
        IndexScope::Local => "a local index",
    }
}

/// Returns the projected attributes besides keys, in order; `None` for all.
#[inline]
fn projection_names(projection: IndexProjection) -> Option<Vec<String>> {
    match projection {
        IndexProjection::All => None,
        IndexProjection::KeysOnly => Some(Vec::new()),
        IndexProjection::Include(names) => Some(sorted(names.iter().map(|&name| name.to_owned()).collect())),
    }
}

#[inline]
fn described_projection(projection: Option<&Projection>) -> Option<Vec<String>> {
    let projection = projection?;
    match projection.projection_type()? {
        ProjectionType::All => None,
        _ => Some(sorted(projection.non_key_attributes().to_vec())),
    }
}

#[inline]
fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

#[inline]
fn projection_text(names: Option<Vec<String>>) -> String {
    match names.as_deref() {
        None => "all attributes projected".to_owned(),
        Some([]) => "only keys projected".to_owned(),
        Some(names) => format!("projection of {}", names.join(", ")),
    }
}
