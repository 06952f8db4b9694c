//! The indexes of a table, including its primary key.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::Result;
use crate::example::example;
use crate::item::AttributeValue;
use crate::item::key::template::Template;

mod compound;
mod parts;
mod sort;
mod stored;
mod tuples;

pub use compound::{CompoundOf, CompoundPrefix, CompoundText, CompoundValue, PartText};
pub use parts::{AtEnd, Enclosed, Padded, Part, PartValue, Parts, Text};
pub use sort::{FixedWidthKey, KeyBeginning, OrderedKey, OrderedText, PrefixKey, RangeBound, Trailing, Unordered};
pub(crate) use stored::Stored;

/// An index of the table of entity `E`: its primary key, returned by
/// [`primary_index`](crate::EncryptedItem::primary_index), or a secondary index, returned by the derived `indexes()`.
///
/// `P` is the type of its partition key's value, `S` that of its sort key's ([`NoSortKey`] if it has none), and `J` its
/// projection.
pub struct Index<E, P, S, J = AllAttributes> {
    name: Option<&'static str>,
    partition_key: IndexKey<P>,
    sort_key: Option<IndexKey<S>>,
    types: PhantomData<fn() -> (E, J)>,
}

/// A key attribute of an index, and how its values are stored.
pub struct IndexKey<V> {
    name: &'static str,
    stored: Stored<V>,
}

/// The value of an absent sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSortKey {}

/// The projection of an index that contains complete items, which can be verified.
#[derive(Debug)]
pub enum AllAttributes {}

/// The projection of an index that contains only some attributes. Its items cannot be verified, so it returns keys
/// only.
#[derive(Debug)]
pub enum SomeAttributes {}

/// The projection of an index that holds only some attributes and has a beacon as a key: several values can share a
/// beacon, so its keys do not identify the value.
#[derive(Debug)]
pub enum HashedKeys {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::SomeAttributes {}
    impl Sealed for super::HashedKeys {}
}

/// A projection that holds only some attributes of the items, which are read from the table by `hydrate`.
pub trait Entries: sealed::Sealed {}

impl Entries for SomeAttributes {}
impl Entries for HashedKeys {}

/// The value of one key attribute, converted from the types that the attribute's type converts from: text for a
/// `String`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue<V>(V);

impl<E, P, S, J> Index<E, P, S, J> {
    #[doc(hidden)]
    pub const fn __new(name: Option<&'static str>, partition_key: IndexKey<P>, sort_key: Option<IndexKey<S>>) -> Self {
        Self { name, partition_key, sort_key, types: PhantomData }
    }

    /// Returns the name of the index; `None` for the primary key.
    ///
    #[doc = example!(readings)]
    /// assert_eq!(Reading::indexes().by_unit.name(), Some("by-unit"));
    /// assert_eq!(Reading::primary_index().name(), None);
    #[doc = example!(end)]
    pub fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// Returns the partition key of the index.
    ///
    #[doc = example!(readings)]
    /// assert_eq!(Reading::indexes().by_unit.partition_key().name(), "unit");
    #[doc = example!(end)]
    pub fn partition_key(&self) -> &IndexKey<P> {
        &self.partition_key
    }

    /// Returns the sort key of the index, if it has one.
    ///
    #[doc = example!(readings)]
    /// assert_eq!(Reading::indexes().by_unit.sort_key().map(|key| key.name()), Some("time"));
    #[doc = example!(end)]
    pub fn sort_key(&self) -> Option<&IndexKey<S>> {
        self.sort_key.as_ref()
    }
}

impl<V> IndexKey<V> {
    #[doc(hidden)]
    pub const fn __new(name: &'static str, encode: fn(&V) -> Result<AttributeValue>) -> Self {
        Self { name, stored: Stored::new(encode) }
    }

    #[doc(hidden)]
    pub const fn __of_template(
        name: &'static str,
        encode: fn(&V) -> Result<AttributeValue>,
        encode_bound: fn(&V) -> Result<AttributeValue>,
        template: Template,
    ) -> Self {
        Self { name, stored: Stored::of_template(encode, encode_bound, template) }
    }

    /// Returns the name of the attribute.
    ///
    #[doc = example!(readings)]
    /// assert_eq!(Reading::primary_index().partition_key().name(), "sensor");
    #[doc = example!(end)]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns how values are stored.
    pub(crate) fn stored(&self) -> Stored<V> {
        self.stored
    }

    /// Returns the stored form of a value.
    ///
    #[doc = example!(readings)]
    /// let stored = Reading::indexes().by_unit.partition_key().encode(&"K".to_owned())?;
    /// assert_eq!(stored.as_s(), Ok(&"K".to_owned()));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Codec` for an invalid key value, and `Usage` for only the first values of a key, naming the attribute.
    pub fn encode(&self, value: &V) -> Result<AttributeValue> {
        self.stored.key(value).map_err(|error| error.with_attribute(self.name))
    }
}

impl<P, E> IndexKey<Parts<P, E>> {
    #[doc(hidden)]
    pub const fn __of_parts(name: &'static str, template: Template) -> Self {
        Self { name, stored: Stored::of_values(Parts::point, template) }
    }
}

impl<V> KeyValue<V> {
    /// Returns the value itself.
    ///
    #[doc = example!(readings)]
    /// use dynaseal::index::KeyValue;
    ///
    /// let value: KeyValue<String> = "K".into();
    /// assert_eq!(value.into_inner(), "K");
    #[doc = example!(end)]
    pub fn into_inner(self) -> V {
        self.0
    }
}

impl<V> From<V> for KeyValue<V> {
    fn from(value: V) -> Self {
        Self(value)
    }
}

/// Text in any owned or borrowed form.
macro_rules! text_values {
    ($($given:ty => $($text:ty)*;)*) => {$($(
        impl From<$given> for KeyValue<$text> {
            fn from(text: $given) -> Self {
                Self(<$text>::from(AsRef::<str>::as_ref(&text)))
            }
        }
    )*)*};
}

text_values! {
    &str => String Box<str> Arc<str>;
    &String => String Box<str> Arc<str>;
    String => Box<str> Arc<str>;
    Box<str> => String;
    Arc<str> => String;
    Cow<'_, str> => String Box<str> Arc<str>;
}

impl From<&str> for KeyValue<Cow<'static, str>> {
    fn from(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for KeyValue<Cow<'static, str>> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

/// A value with which a query selects a key attribute of type `V`: a `V`, or text for a `String`.
///
/// Implemented for every such type; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the value of a key attribute of type `{V}`",
    label = "expected a `{V}`",
    note = "a query takes a value of the field's type, or for several fields in a template, a tuple of their values; \
            text is accepted for a `String`"
)]
pub trait IntoKeyValue<V> {
    /// Converts to the value of the key attribute.
    fn into_key_value(self) -> KeyValue<V>;
}

#[diagnostic::do_not_recommend]
impl<V, T: Into<KeyValue<V>>> IntoKeyValue<V> for T {
    fn into_key_value(self) -> KeyValue<V> {
        self.into()
    }
}

impl<E, P, S, J> Clone for Index<E, P, S, J> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, P, S, J> Copy for Index<E, P, S, J> {}

impl<V> Clone for IndexKey<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for IndexKey<V> {}

impl<E, P, S, J> fmt::Debug for Index<E, P, S, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("name", &self.name)
            .field("partition_key", &self.partition_key)
            .field("sort_key", &self.sort_key)
            .finish()
    }
}

impl<V> fmt::Debug for IndexKey<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IndexKey").field(&self.name).finish()
    }
}
