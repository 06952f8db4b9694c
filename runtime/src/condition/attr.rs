//! Typed handles of attributes.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::derived::SerdeField;
use crate::error::{Error, ErrorKind, Result};
use crate::item::limits::{check_stored, check_values};
use crate::item::{AttributeValue, Item};

use super::changes::Edit;
use super::operand::{ServerList, ServerNumber};
use super::protection::{Removable, ServerWritable, StoredAsItsType, StoredAsSet};
use super::update::Update;

/// The attribute of entity `E` that contains a `V` with the protection `P`; created by the derived `fields()`.
///
/// Its protection determines what the server can do: it can only compare unencrypted attributes, and only change
/// unsigned ones.
pub struct Attr<E, V, P> {
    name: &'static str,
    /// The name in comparisons: the attribute, or its beacon.
    compared: &'static str,
    encode: Encode<V>,
    types: PhantomData<fn() -> (E, P)>,
}

/// Puts a value into an item in the encoding of the entity's field.
type Encode<V> = fn(&V, &mut Item, &'static str) -> Result<()>;

impl<E, V, P> Attr<E, V, P> {
    #[doc(hidden)]
    pub const fn __new(name: &'static str, encode: fn(&V, &mut Item, &'static str) -> Result<()>) -> Self {
        Self { name, compared: name, encode, types: PhantomData }
    }

    #[doc(hidden)]
    pub const fn __searched(
        name: &'static str,
        beacon: &'static str,
        encode: fn(&V, &mut Item, &'static str) -> Result<()>,
    ) -> Self {
        Self { name, compared: beacon, encode, types: PhantomData }
    }

    /// Returns the attribute's name in the stored item.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name in comparisons: of the attribute, or of its beacon.
    pub(super) fn compared(&self) -> &'static str {
        self.compared
    }

    /// Sets the attribute to this value; `None` removes it.
    pub fn set(self, value: V) -> Update<E>
    where
        P: ServerWritable,
    {
        Update::set_typed(self.name, self.encode(&value))
    }

    /// Adds to the attribute on the server: concurrent additions are not lost. A missing attribute counts as zero.
    #[expect(clippy::should_implement_trait, reason = "it is DynamoDB's ADD, beside SET and REMOVE")]
    pub fn add(self, amount: V::Amount) -> Update<E>
    where
        V: ServerNumber,
        P: ServerWritable + StoredAsItsType,
    {
        Update::add_typed(self.name, encode(self.name, &amount, <V::Amount as SerdeField>::put))
    }

    /// Sets the attribute to this value, unless the item already has it. `None` changes nothing.
    pub fn set_if_missing(self, value: V) -> Update<E>
    where
        P: ServerWritable,
    {
        Update::edit_typed(self.name, Edit::SetIfMissing, self.encode(&value))
    }

    /// Adds members to a field with `#[item(set)]` on the server: concurrent additions are not lost.
    pub fn add_members(self, members: V) -> Update<E>
    where
        P: ServerWritable + StoredAsSet,
    {
        Update::add_typed(self.name, self.encode(&members))
    }

    /// Removes members from a field with `#[item(set)]` on the server.
    pub fn delete_members(self, members: V) -> Update<E>
    where
        P: ServerWritable + StoredAsSet,
    {
        Update::edit_typed(self.name, Edit::DeleteMembers, self.encode(&members))
    }

    /// Appends elements to a list on the server: concurrent additions are not lost. A missing list counts as empty.
    pub fn append(self, elements: V) -> Update<E>
    where
        V: ServerList,
        P: ServerWritable + StoredAsItsType,
    {
        Update::edit_typed(self.name, Edit::Append, self.encode_list(&elements))
    }

    /// Prepends elements to a list on the server. A missing list counts as empty.
    pub fn prepend(self, elements: V) -> Update<E>
    where
        V: ServerList,
        P: ServerWritable + StoredAsItsType,
    {
        Update::edit_typed(self.name, Edit::Prepend, self.encode_list(&elements))
    }

    fn encode_list(&self, elements: &V) -> Result<Option<AttributeValue>> {
        match self.encode(elements)? {
            Some(AttributeValue::L(elements)) if elements.is_empty() => Ok(None),
            Some(list @ AttributeValue::L(_)) => Ok(Some(list)),
            None => Ok(None),
            Some(_) => {
                Err(Error::new(ErrorKind::Usage, "the attribute is not stored as a list").with_attribute(self.name))
            }
        }
    }

    /// Removes the attribute. The field has to accept an absent attribute: it is an `Option`, a set, or has a
    /// `default`.
    pub fn remove(self) -> Update<E>
    where
        P: ServerWritable + Removable<V>,
    {
        Update::remove_typed(self.name)
    }

    /// Returns the stored form of a value of the attribute, if it has one.
    pub(super) fn encode(&self, value: &V) -> Result<Option<AttributeValue>> {
        encode(self.name, value, self.encode)
    }
}

/// Returns the stored form of a value, if it has one. It is checked here, because a value in an expression is not part
/// of an item that is checked later.
fn encode<V>(name: &'static str, value: &V, put: Encode<V>) -> Result<Option<AttributeValue>> {
    let mut item = Item::new();
    put(value, &mut item, name)?;
    check_values(&item)?;
    check_stored(&item)?;
    Ok(item.remove(name))
}

impl<E, V, P> Clone for Attr<E, V, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, V, P> Copy for Attr<E, V, P> {}

impl<E, V, P> fmt::Debug for Attr<E, V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attr").field(&self.name).finish()
    }
}
