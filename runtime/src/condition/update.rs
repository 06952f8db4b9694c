//! Changes that the server makes.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::derived::SerdeField;
use crate::error::Result;
use crate::format::ddbec::limits::check_values;
use crate::item::{AttributeValue, Item};
use crate::table::UnsignedUpdate;

use super::attr::Encode;

/// Changes to attributes of entity `E` that are not signed; made by [`Attr::set`](super::Attr::set),
/// [`add`](super::Attr::add) and [`remove`](super::Attr::remove), and joined by [`and`](Self::and).
#[must_use = "nothing is changed until the update is given to `update_in_place`"]
pub struct Update<E> {
    changes: Result<UnsignedUpdate>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Update<E> {
    pub(super) fn set<V>(name: &'static str, value: &V, put: Encode<V>) -> Self {
        Self::new(encode(name, value, put).map(|value| match value {
            Some(value) => UnsignedUpdate { set: vec![(name, value)], ..Default::default() },
            None => UnsignedUpdate { remove: vec![name], ..Default::default() },
        }))
    }

    pub(super) fn add(name: &'static str, amount: &impl SerdeField) -> Self {
        Self::new(encode(name, amount, SerdeField::put).map(|amount| UnsignedUpdate {
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

fn encode<V>(name: &'static str, value: &V, put: Encode<V>) -> Result<Option<AttributeValue>> {
    let mut item = Item::new();
    put(value, &mut item, name)?;
    check_values(&item)?;
    Ok(item.remove(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn numbers_that_dynamodb_does_not_have_are_refused_wherever_they_are() {
        let set_list = Update::<()>::set("a", &vec![1.0, f64::INFINITY], SerdeField::put);
        for update in [Update::set("a", &f64::NAN, SerdeField::put), set_list] {
            let error = update.into_changes().unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("a")));
        }
    }
}
