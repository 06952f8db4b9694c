//! What a query can ask of a sort key, by its type.

use super::KeyValue;
use crate::item::AttributeValue;
use crate::number::Number;

/// A sort key whose stored values DynamoDB sorts as the type itself does, so that ranges of it can be asked for.
///
/// Strings and binaries are sorted byte by byte, numbers by their value. A type that is stored as text sorts like its text:
/// implement this trait for it if that is the order that you mean, as it is of dates such as `2020-01-31`.
#[diagnostic::on_unimplemented(
    message = "there are no ranges of a sort key of type `{Self}`",
    label = "is stored in another order, or is no sort key at all",
    note = "a number in a template is sorted as a number only if it has a width: `{{hired:04}}`",
    note = "for a type that is stored as text which sorts rightly, write `impl dynaseal::index::OrderedKey for {Self} {{}}`"
)]
pub trait OrderedKey {}

/// A sort key whose values have beginnings: text or bytes.
#[diagnostic::on_unimplemented(
    message = "a sort key of type `{Self}` has no beginning to ask for",
    label = "is neither text nor bytes"
)]
pub trait PrefixKey {}

/// The value of a key attribute that is stored in an order of its own, such as a number without a width in a template. It
/// is made from the value alone, and there are no ranges of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unordered<V>(V);

impl<V> Unordered<V> {
    /// The value itself.
    ///
    /// ```
    /// use dynaseal::index::{KeyValue, Unordered};
    ///
    /// let seven: KeyValue<Unordered<u32>> = 7.into();
    /// assert_eq!(seven.into_inner().into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> V {
        self.0
    }

    /// The value itself, which stays where it is.
    ///
    /// ```
    /// use dynaseal::index::{KeyValue, Unordered};
    ///
    /// let seven: KeyValue<Unordered<u32>> = 7.into();
    /// assert_eq!(seven.into_inner().as_inner(), &7);
    /// ```
    pub const fn as_inner(&self) -> &V {
        &self.0
    }
}

impl<V> From<V> for KeyValue<Unordered<V>> {
    fn from(value: V) -> Self {
        Self(Unordered(value))
    }
}

impl From<&str> for KeyValue<Unordered<String>> {
    fn from(text: &str) -> Self {
        Self(Unordered(text.to_owned()))
    }
}

macro_rules! ordered_keys {
    ($($ordered:ty)*) => {$(
        impl OrderedKey for $ordered {}
    )*};
}

ordered_keys!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize Number String Vec<u8> AttributeValue);

impl PrefixKey for String {}
impl PrefixKey for Vec<u8> {}
impl PrefixKey for AttributeValue {}
