//! Changes that the server makes.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::derived::SerdeField;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::number;
use crate::item::{AttributeValue, Item};
use crate::table::UnsignedUpdate;

/// Changes to attributes of entity `E` that are not signed; made by [`Attr::set`](super::Attr::set),
/// [`add`](super::Attr::add) and [`remove`](super::Attr::remove), and joined by [`and`](Self::and).
#[must_use = "nothing is changed until the update is given to `update_in_place`"]
pub struct Update<E> {
    changes: Result<UnsignedUpdate>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Update<E> {
    pub(super) fn set(name: &'static str, value: &impl SerdeField) -> Self {
        Self::new(encode(name, value).map(|value| match value {
            Some(value) => UnsignedUpdate { set: vec![(name, value)], ..Default::default() },
            None => UnsignedUpdate { remove: vec![name], ..Default::default() },
        }))
    }

    pub(super) fn add(name: &'static str, amount: &impl SerdeField) -> Self {
        Self::new(encode(name, amount).map(|amount| UnsignedUpdate {
            add: amount.map(|amount| (name, amount)).into_iter().collect(),
            ..Default::default()
        }))
    }

    pub(super) fn remove(name: &'static str) -> Self {
        Self::new(Ok(UnsignedUpdate { remove: vec![name], ..Default::default() }))
    }

    /// Both changes, at once.
    pub fn and(self, other: Self) -> Self {
        Self::new(self.changes.and_then(|changes| changes.join(other.changes?)))
    }

    pub(crate) fn into_changes(self) -> Result<UnsignedUpdate> {
        self.changes
    }

    fn new(changes: Result<UnsignedUpdate>) -> Self {
        Self { changes, entity: PhantomData }
    }
}

impl<E> fmt::Debug for Update<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.changes.iter().flat_map(UnsignedUpdate::names).collect();
        f.debug_tuple("Update").field(&names).finish()
    }
}

fn encode(name: &'static str, value: &impl SerdeField) -> Result<Option<AttributeValue>> {
    let mut item = Item::new();
    value.put(&mut item, name)?;
    let value = item.remove(name);
    match &value {
        Some(AttributeValue::N(text)) if number::normalize(text).is_err() => {
            Err(Error::new(ErrorKind::Codec, "the value is not a number that DynamoDB has").with_attribute(name))
        }
        _ => Ok(value),
    }
}
