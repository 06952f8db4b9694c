//! What a query can ask of a sort key, by its type.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;

use super::KeyValue;
use crate::item::AttributeValue;
use crate::item::key::KeyNewtype;
use crate::item::number::Number;
use crate::schema::expiry::Expiry;

/// A sort key whose stored values DynamoDB sorts as the type itself does, so that ranges of it can be asked for.
///
/// Strings and binaries are sorted byte by byte, numbers by their value. A type that is stored as text sorts like its text:
/// implement this trait for it if that is the order that you mean, as it is of dates such as `2020-01-31`; and
/// [`OrderedText`], if it is to be the end of a key that a template makes.
#[diagnostic::on_unimplemented(
    message = "there are no ranges of a sort key of type `{Self}`",
    label = "is stored in another order, or is no sort key at all",
    note = "a number in a template is sorted as a number only if it has a width: `{{hired:04}}`; text, only if it is alone and at the end",
    note = "for a type of your own that is stored as text which sorts rightly, implement `dynaseal::index::OrderedKey`"
)]
pub trait OrderedKey {}

/// A sort key whose values have beginnings: text or bytes. Implement it for a type of your own that is stored as text.
#[diagnostic::on_unimplemented(
    message = "a sort key of type `{Self}` has no beginning to ask for",
    label = "is neither text nor bytes",
    note = "a key that a template makes has beginnings if its one value is text, and at the end: `ORDER#{{day}}`",
    note = "for a type of your own that is stored as text, implement `dynaseal::index::PrefixKey`"
)]
pub trait PrefixKey {}

/// The one value of a sort key whose template ends with it, and gives it no width: `ORDER#{day}`. Text is stored in its own
/// order there, so that ranges and beginnings of it can be asked for; a number is not.
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
    /// The value itself.
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

    /// The value itself, which stays where it is.
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

// Text sorts behind the template's own text as it does alone.
#[diagnostic::do_not_recommend]
impl<V: OrderedText> OrderedKey for Trailing<V> {}
#[diagnostic::do_not_recommend]
impl<V: PrefixKey> PrefixKey for Trailing<V> {}

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

/// A key type that is stored as text which sorts as its values do: strings, identifiers, and dates. At the end of a template
/// its values sort as they do alone; see [`Trailing`].
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
