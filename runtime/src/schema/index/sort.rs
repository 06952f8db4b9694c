//! The conditions that a query supports for a sort key, by its type.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;

use super::{IntoKeyValue, KeyValue, Stored};
use crate::error::Result;
use crate::item::AttributeValue;
use crate::item::key::KeyNewtype;
use crate::item::key::template::TemplateValue;
use crate::item::number::Number;
use crate::schema::expiry::Expiry;

/// A sort key whose stored values DynamoDB sorts as the type itself does, so that queries can select ranges.
///
/// DynamoDB sorts strings and binaries by their bytes, and numbers numerically. A type that is stored as text sorts
/// like its text: implement this trait if that is the intended order, as for dates such as `2020-01-31`; and
/// [`OrderedText`] to use it at the end of a template.
#[diagnostic::on_unimplemented(
    message = "there are no ranges of a sort key of type `{Self}`",
    label = "is stored in another order, or is not a sort key at all",
    note = "a number in a template is sorted as a number only if it has a width: `{{hired:04}}`; text, only if it is at the end, or always has the same length",
    note = "for a type of your own that is stored as text which sorts rightly, implement `dynaseal::index::OrderedKey`"
)]
pub trait OrderedKey {}

/// A sort key whose values have prefixes: text or bytes. Implement it for a custom type that is stored as text.
#[diagnostic::on_unimplemented(
    message = "a sort key of type `{Self}` does not support prefixes",
    label = "is neither text nor bytes",
    note = "a key that a template makes has beginnings where its values are text: `ORDER#{{day}}`",
    note = "for a type of your own that is stored as text, implement `dynaseal::index::PrefixKey`"
)]
pub trait PrefixKey {}

/// A sort key that is stored as text of the same length for every value, which sorts as the values do: a date
/// `2026-05-01`, or an ID of 36 characters. Queries can then select ranges at any place in a template.
///
/// Implement it for a custom type with this property: `impl FixedWidthKey for Day {}`. A value of another length would
/// be missing from ranges, or wrongly included.
#[diagnostic::on_unimplemented(
    message = "text of `{Self}` does not always have the same length",
    label = "has no fixed width",
    note = "for a type of your own whose text always has the same length and sorts as its values do, implement `dynaseal::index::FixedWidthKey`"
)]
pub trait FixedWidthKey: OrderedText {}

/// A bound for ranges of a sort key `S`: a value or, for a template of [several values](super::Parts), the first
/// values.
///
/// Implemented for every such type; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "there are no ranges of this sort key from `{Self}` on, or up to it",
    label = "is not a bound of a range",
    note = "in a key that a template builds from several values, all values except for one at the end of the template \
            need a fixed width, because `a b` is stored before `a#`",
    note = "give a number a width, as in `{{year:04}}`; for a type of your own whose text always has the same length, implement `dynaseal::index::FixedWidthKey`",
    note = "`sort_eq` with the first values, and `sort_begins_with`, work for every type"
)]
pub trait RangeBound<S> {}

#[diagnostic::do_not_recommend]
impl<S: OrderedKey, V: IntoKeyValue<S>> RangeBound<S> for V {}

/// The beginning of a sort key `S`: text or bytes or, for a template of [several values](super::Parts), the first
/// values and the beginning of the next.
///
/// Implemented for every such type; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a prefix of this sort key",
    label = "is not a prefix",
    note = "what begins with something is text or bytes: the key itself, or one of the values of which its template makes it",
    note = "for a type of your own that is stored as text, implement `dynaseal::index::PrefixKey`, and in a template `OrderedText`"
)]
pub trait KeyBeginning<S> {
    #[doc(hidden)]
    fn beginning(self, stored: &Stored<S>) -> Result<AttributeValue>;
}

#[diagnostic::do_not_recommend]
impl<S: PrefixKey, V: IntoKeyValue<S>> KeyBeginning<S> for V {
    fn beginning(self, stored: &Stored<S>) -> Result<AttributeValue> {
        stored.key(&self.into_key_value().into_inner())
    }
}

#[diagnostic::do_not_recommend]
impl<V: OrderedText + TemplateValue> KeyBeginning<Trailing<V>> for V {
    fn beginning(self, stored: &Stored<Trailing<V>>) -> Result<AttributeValue> {
        stored.beginning(&[], &self.format_bound()?)
    }
}

#[diagnostic::do_not_recommend]
impl<V: OrderedText> KeyBeginning<Trailing<V>> for &str {
    fn beginning(self, stored: &Stored<Trailing<V>>) -> Result<AttributeValue> {
        stored.beginning(&[], self)
    }
}

#[diagnostic::do_not_recommend]
impl<V: OrderedText> KeyBeginning<Trailing<V>> for &String {
    fn beginning(self, stored: &Stored<Trailing<V>>) -> Result<AttributeValue> {
        stored.beginning(&[], self)
    }
}

/// The only value of a sort key whose template ends with it and gives it no width: `ORDER#{day}`. Text keeps its order
/// there, so queries can select ranges and beginnings; numbers do not.
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository};
/// #[derive(EncryptedItem)]
/// #[item(sort_key(name = "SK", template = "ORDER#{day}"))]
/// struct Order {
///     #[partition_key]
///     customer: String,
///     #[sign_only]
///     day: String,
///     total: u64,
/// }
///
/// # async fn may(orders: Repository<Order>) -> dynaseal::Result<()> {
/// let may = orders.query("c-1").sort_begins_with("2026-05-").collect().await?;
/// let spring = orders.query("c-1").sort_between("2026-03-01", "2026-05-31").collect().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailing<V>(V);

impl<V> Trailing<V> {
    /// Returns the value itself.
    ///
    /// ```
    /// use dynaseal::index::{KeyValue, Trailing};
    ///
    /// let day: KeyValue<Trailing<String>> = "2026-05-01".into();
    /// assert_eq!(day.into_inner().into_inner(), "2026-05-01");
    /// ```
    pub fn into_inner(self) -> V {
        self.0
    }

    /// Returns a reference to the value.
    ///
    /// ```
    /// use dynaseal::index::{KeyValue, Trailing};
    ///
    /// let day: KeyValue<Trailing<String>> = "2026-05-01".into();
    /// assert_eq!(day.into_inner().as_inner(), "2026-05-01");
    /// ```
    pub const fn as_inner(&self) -> &V {
        &self.0
    }
}

impl<V> From<V> for KeyValue<Trailing<V>> {
    fn from(value: V) -> Self {
        Self(Trailing(value))
    }
}

impl From<&str> for KeyValue<Trailing<String>> {
    fn from(text: &str) -> Self {
        Self(Trailing(text.to_owned()))
    }
}

// Text sorts the same after the template's literal text.
#[diagnostic::do_not_recommend]
impl<V: OrderedText> OrderedKey for Trailing<V> {}

/// The value of a key attribute that is not stored in its own order, such as a number without a width in a template.
/// Queries can only select equal values, not ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unordered<V>(V);

impl<V> Unordered<V> {
    /// Returns the value itself.
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

    /// Returns a reference to the value.
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

/// A key type that is stored as text that sorts as its values do: strings, identifiers, and dates. At the end of a
/// template its values sort as they do alone; see [`Trailing`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not stored as text that sorts as its values do",
    label = "no ordered text",
    note = "for a type of your own that is, implement `dynaseal::index::OrderedText`"
)]
pub trait OrderedText: OrderedKey {}

#[diagnostic::do_not_recommend]
impl<T: KeyNewtype<Inner: OrderedKey>> OrderedKey for T {}
#[diagnostic::do_not_recommend]
impl<T: KeyNewtype<Inner: OrderedText>> OrderedText for T {}
#[diagnostic::do_not_recommend]
impl<T: KeyNewtype<Inner: PrefixKey>> PrefixKey for T {}

#[diagnostic::do_not_recommend]
impl<T: KeyNewtype<Inner: FixedWidthKey>> FixedWidthKey for T {}

macro_rules! fixed_width_keys {
    ($($(#[$feature:meta])* $fixed:ty,)*) => {$(
        $(#[$feature])*
        #[diagnostic::do_not_recommend]
        impl FixedWidthKey for $fixed {}
    )*};
}

fixed_width_keys! {
    #[cfg(feature = "uuid")]
    uuid::Uuid,
    #[cfg(feature = "ulid")]
    ulid::Ulid,
    #[cfg(feature = "chrono")]
    chrono::NaiveDate,
    #[cfg(feature = "time")]
    time::Date,
}

macro_rules! ordered_keys {
    ($($(#[$feature:meta])* $ordered:ty,)*) => {$(
        $(#[$feature])*
        #[diagnostic::do_not_recommend]
        impl OrderedKey for $ordered {}
    )*};
}

macro_rules! ordered_texts {
    ($($(#[$feature:meta])* $ordered:ty,)*) => {$(
        $(#[$feature])*
        #[diagnostic::do_not_recommend]
        impl OrderedKey for $ordered {}
        $(#[$feature])*
        #[diagnostic::do_not_recommend]
        impl OrderedText for $ordered {}
    )*};
}

macro_rules! prefix_keys {
    ($($prefixed:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl PrefixKey for $prefixed {}
    )*};
}

ordered_keys! {
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize,
    NonZero<u8>, NonZero<u16>, NonZero<u32>, NonZero<u64>, NonZero<u128>, NonZero<usize>,
    NonZero<i8>, NonZero<i16>, NonZero<i32>, NonZero<i64>, NonZero<i128>, NonZero<isize>,
    Number, Expiry, Vec<u8>, AttributeValue,
}

#[diagnostic::do_not_recommend]
impl<const N: usize> OrderedKey for [u8; N] {}

prefix_keys! { String, Box<str>, Arc<str>, Cow<'static, str>, Vec<u8>, AttributeValue, }

ordered_texts! {
    String, Box<str>, Arc<str>, Cow<'static, str>, char,
    #[cfg(feature = "uuid")]
    uuid::Uuid,
    #[cfg(feature = "ulid")]
    ulid::Ulid,
    #[cfg(feature = "chrono")]
    chrono::NaiveDate,
    #[cfg(feature = "chrono")]
    chrono::NaiveTime,
    #[cfg(feature = "chrono")]
    chrono::NaiveDateTime,
    #[cfg(feature = "time")]
    time::Date,
    #[cfg(feature = "time")]
    time::Time,
    #[cfg(feature = "time")]
    time::PrimitiveDateTime,
    #[cfg(feature = "time")]
    time::UtcDateTime,
}
