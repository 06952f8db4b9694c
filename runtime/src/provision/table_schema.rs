//! The table schema that entities define.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::entity::{EncryptedItem, IndexDefinition, KeyDefinition, KeySchema};
use crate::schema::group::EntityGroup;

/// The table schema that entities define.
#[derive(Clone, Debug)]
pub(super) struct TableSchema {
    pub(super) key: KeySchema,
    pub(super) indexes: Vec<IndexDefinition>,
    pub(super) time_to_live: Option<&'static str>,
}

impl TableSchema {
    #[inline]
    pub(super) fn of<T: EncryptedItem>() -> Self {
        Self { key: T::KEY_SCHEMA, indexes: T::INDEXES.to_vec(), time_to_live: T::TIME_TO_LIVE }
    }

    /// Adds the definitions of the other entities of the table. The compiler has checked that they do not contradict
    /// each other.
    #[inline]
    pub(super) fn and_group<G: EntityGroup>(&mut self) -> Result<()> {
        for member in G::MEMBERS {
            for index in member.indexes {
                match self.indexes.iter().find(|known| known.name == index.name) {
                    None => self.indexes.push(*index),
                    Some(known) if known == index => {}
                    Some(_) => return Err(contradiction("the index", index.name)),
                }
            }
            match (self.time_to_live, member.time_to_live) {
                (Some(known), Some(attribute)) if known != attribute => {
                    return Err(contradiction("the time to live in", attribute));
                }
                (known, attribute) => self.time_to_live = known.or(attribute),
            }
        }
        match self.contradicted_key_attribute() {
            None => Ok(()),
            Some(name) => Err(contradiction("the type of the key attribute", name)),
        }
    }

    /// Returns an attribute that is a key with two different types.
    #[inline]
    fn contradicted_key_attribute(&self) -> Option<&'static str> {
        let known = self.key_attributes();
        let of_indexes = self.indexes.iter().flat_map(|index| [Some(index.partition_key), index.sort_key]).flatten();
        let mut all = self.key.definitions().chain(of_indexes);
        all.find(|definition| known.get(definition.name) != Some(definition)).map(|definition| definition.name)
    }

    /// Returns every attribute that is part of a key, once.
    #[inline]
    pub(super) fn key_attributes(&self) -> BTreeMap<&'static str, KeyDefinition> {
        let of_indexes = self.indexes.iter().flat_map(|index| [Some(index.partition_key), index.sort_key]);
        self.key.definitions().chain(of_indexes.flatten()).map(|definition| (definition.name, definition)).collect()
    }
}

#[inline]
fn contradiction(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("the entities of the group contradict the repository's about {what} {name:?}"))
}
