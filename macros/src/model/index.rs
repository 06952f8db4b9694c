//! The secondary indexes.

use proc_macro2::Ident;

use super::KeyField;
use crate::ast::{Container, Field};
use crate::attr::{self, Bare, IndexOption};

/// A secondary index.
pub(crate) struct Index {
    pub(crate) name: String,
    /// The name of its handle.
    pub(crate) handle: Ident,
    pub(crate) is_local: bool,
    /// Without mistakes, there is one.
    pub(crate) partition: Option<IndexKey>,
    pub(crate) sort: Option<IndexKey>,
    pub(crate) projection: Projection,
}

/// A key attribute of an index.
pub(crate) enum IndexKey {
    /// That of the table.
    Primary(KeyField),
    /// Any other, which may be absent.
    Attribute(KeyField),
}

/// What an index holds of each item.
pub(crate) enum Projection {
    All,
    KeysOnly,
    /// The keys, and the attributes of these names.
    Include(Vec<String>),
}

impl Index {
    /// Those of which there are handles, which are known even if there are mistakes.
    pub(crate) fn all(container: &Container) -> Vec<Self> {
        // What has a lifetime parameter gets no handles.
        if container.generics.lifetimes().next().is_some() {
            return Vec::new();
        }
        let mut indexes: Vec<Self> = Vec::new();
        for (index, _) in container.indexes() {
            let Some(index) = Self::new(container, index) else { continue };
            if indexes.iter().all(|known| known.handle != index.handle) {
                indexes.push(index);
            }
        }
        indexes
    }

    fn new(container: &Container, index: &attr::Index) -> Option<Self> {
        let key = |name| Some(IndexKey::new(container.stored_field(name)?));
        let primary = || container.stored_fields().find(|field| field.bare(Bare::PartitionKey).is_some());
        Some(Self {
            name: index.name()?.value(),
            handle: index.handle()?,
            is_local: index.local().is_some(),
            partition: match index.partition() {
                Some(name) => key(name),
                None => primary().map(IndexKey::new),
            },
            sort: index.sort().and_then(key),
            projection: Projection::new(container, index),
        })
    }
}

impl IndexKey {
    fn new(field: &Field) -> Self {
        let key = KeyField::new(field);
        if field.is_key() { Self::Primary(key) } else { Self::Attribute(key) }
    }
}

impl Projection {
    fn new(container: &Container, index: &attr::Index) -> Self {
        match index.projection().map(|option| &option.value) {
            Some(IndexOption::Projection(attr::Projection::KeysOnly)) => Self::KeysOnly,
            Some(IndexOption::Projection(attr::Projection::Include(fields))) => {
                let fields = fields.iter().filter_map(|name| container.stored_field(name));
                Self::Include(fields.map(|field| field.attribute_name().0).collect())
            }
            _ => Self::All,
        }
    }
}
