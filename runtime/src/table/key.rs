//! Which attributes are the primary key.

use crate::entity::{KeyDefinition, KeySchema};
use crate::item::Item;

/// The names of the primary key's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNames {
    pub partition_key: String,
    pub sort_key: Option<String>,
}

impl KeyNames {
    /// The partition key's name first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.partition_key.as_str()).chain(self.sort_key.as_deref())
    }

    pub(crate) fn contain(&self, name: &str) -> bool {
        self.iter().any(|known| known == name)
    }

    /// The key of an item, as far as the item has it.
    pub(crate) fn of(&self, item: &Item) -> Item {
        self.iter().filter_map(|name| Some((name.to_owned(), item.get(name)?.clone()))).collect()
    }
}

impl From<KeySchema> for KeyNames {
    fn from(schema: KeySchema) -> Self {
        let name = |definition: KeyDefinition| definition.name.to_owned();
        Self { partition_key: name(schema.partition_key), sort_key: schema.sort_key.map(name) }
    }
}
