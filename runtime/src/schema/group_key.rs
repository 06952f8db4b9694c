//! Keys of items of several entities.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::item::Item;
use crate::schema::entity::{EncryptedItem, ExpectedVersion, IntoItemKey, ItemKey as _};
use crate::schema::versioned_key::key_and_version;

/// The key of an item of one entity of the group `G`; created by [`EntityGroup::key_of`](crate::EntityGroup::key_of).
pub struct GroupKey<G> {
    key: Result<(Item, Option<ExpectedVersion>)>,
    group: PhantomData<fn() -> G>,
}

impl<G> GroupKey<G> {
    pub(crate) fn new<E: EncryptedItem>(key: impl IntoItemKey<E, E::KeyParts>) -> Self {
        let (key, version) = key_and_version(|| key.into_item_key());
        let key = key.to_item().and_then(|key| Ok((key, version?)));
        Self { key, group: PhantomData }
    }

    /// The key attributes.
    pub(crate) fn into_item(self) -> Result<Item> {
        self.key.map(|(key, _)| key)
    }

    /// Returns the key attributes, and the version of the entity, if the key was created from one.
    pub(crate) fn versioned(&self) -> Result<(Item, Option<ExpectedVersion>)> {
        self.key.as_ref().map(Clone::clone).map_err(Error::for_another_caller)
    }
}

impl<G> Clone for GroupKey<G> {
    fn clone(&self) -> Self {
        Self { key: self.versioned(), group: PhantomData }
    }
}

impl<G> fmt::Debug for GroupKey<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupKey").finish_non_exhaustive()
    }
}
