//! Changes that the server executes.

use std::fmt;
use std::marker::PhantomData;

use crate::condition::changes::{Edit, UnsignedUpdate};
use crate::error::Result;
use crate::item::{AttributeValue, Item};

use super::checked::checked;

/// Changes to unsigned attributes of entity `E`; created by [`Attr::set`](super::Attr::set), [`add`](super::Attr::add),
/// [`remove`](super::Attr::remove) and others of [`Attr`](super::Attr), and combined with [`and`](Self::and).
///
/// The request that uses an invalid update fails before anything is sent: with `Codec` for a value that DynamoDB cannot
/// represent; with `Usage` if an attribute is changed twice, and above DynamoDB's [limits] of 4,096 bytes and 300
/// operators.
///
/// [limits]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
#[must_use = "nothing is changed until the update is given to `update_in_place`"]
pub struct Update<E> {
    changes: Result<UnsignedUpdate>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Update<E> {
    pub(super) fn set_typed(name: &'static str, value: Result<Option<AttributeValue>>) -> Self {
        Self::new(value.map(|value| match value {
            Some(value) => UnsignedUpdate { set: vec![(name.into(), value)], ..Default::default() },
            None => UnsignedUpdate { remove: vec![name.into()], ..Default::default() },
        }))
    }

    pub(super) fn add_typed(name: &'static str, amount: Result<Option<AttributeValue>>) -> Self {
        Self::new(amount.map(|amount| UnsignedUpdate {
            add: amount.map(|amount| (name.into(), amount)).into_iter().collect(),
            ..Default::default()
        }))
    }

    pub(super) fn remove_typed(name: &'static str) -> Self {
        Self::new(Ok(UnsignedUpdate { remove: vec![name.into()], ..Default::default() }))
    }

    /// An empty set or list changes nothing.
    pub(super) fn edit_typed(name: &'static str, edit: Edit, value: Result<Option<AttributeValue>>) -> Self {
        Self::new(value.map(|value| UnsignedUpdate {
            edits: value.map(|value| (name.into(), edit, value)).into_iter().collect(),
            ..Default::default()
        }))
    }

    /// Combines both updates.
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

/// Changes to attributes of an [`EncryptedTable`](crate::EncryptedTable), which rejects attributes that could be signed
/// with `Usage`.
impl Update<Item> {
    /// Sets an attribute, whether or not the item has it.
    pub fn set(name: impl Into<String>, value: AttributeValue) -> Self {
        let name = name.into();
        let value = checked(&name, value);
        Self::new(value.map(|value| UnsignedUpdate { set: vec![(name.into(), value)], ..Default::default() }))
    }

    /// Adds to a number, or adds members to a set. A missing number counts as 0, a missing set as empty.
    pub fn add(name: impl Into<String>, amount: AttributeValue) -> Self {
        let name = name.into();
        let amount = checked(&name, amount);
        Self::new(amount.map(|amount| UnsignedUpdate { add: vec![(name.into(), amount)], ..Default::default() }))
    }

    /// Sets an attribute, unless the item already has it.
    pub fn set_if_missing(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::edit(name.into(), Edit::SetIfMissing, value)
    }

    /// Removes members from a set. A set without members is a missing attribute.
    pub fn delete_members(name: impl Into<String>, members: AttributeValue) -> Self {
        Self::edit(name.into(), Edit::DeleteMembers, members)
    }

    /// Appends elements to a list. A missing list counts as empty.
    pub fn append(name: impl Into<String>, elements: Vec<AttributeValue>) -> Self {
        Self::edit(name.into(), Edit::Append, AttributeValue::L(elements))
    }

    /// Prepends elements to a list. A missing list counts as empty.
    pub fn prepend(name: impl Into<String>, elements: Vec<AttributeValue>) -> Self {
        Self::edit(name.into(), Edit::Prepend, AttributeValue::L(elements))
    }

    fn edit(name: String, edit: Edit, value: AttributeValue) -> Self {
        let value = checked(&name, value);
        Self::new(value.map(|value| UnsignedUpdate { edits: vec![(name.into(), edit, value)], ..Default::default() }))
    }

    /// Removes an attribute. It is not an error if the item does not have it.
    pub fn remove(name: impl Into<String>) -> Self {
        Self::new(Ok(UnsignedUpdate { remove: vec![name.into().into()], ..Default::default() }))
    }
}

impl<E> fmt::Debug for Update<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.changes.iter().flat_map(UnsignedUpdate::names).collect();
        f.debug_tuple("Update").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::derived::SerdeField;
    use crate::condition::{Attr, DoNothing};
    use crate::error::ErrorKind;

    #[test]
    fn unsupported_numbers_are_rejected_at_any_depth() {
        let number = Attr::<(), f64, DoNothing>::__new("a", <f64 as SerdeField>::put);
        let list = Attr::<(), Vec<f64>, DoNothing>::__new("a", <Vec<f64> as SerdeField>::put);
        for update in [number.set(f64::NAN), list.set(vec![1.0, f64::INFINITY]), number.add(f64::INFINITY)] {
            let error = update.into_changes().unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("a")));
        }
    }
}
