//! What a query can ask of a sort key, by its type.

use super::KeyValue;
use crate::item::AttributeValue;
use crate::item::number::Number;

/// A sort key whose stored values DynamoDB sorts as the type itself does, so that ranges of it can be asked for.
///
/// Strings and binaries are sorted byte by byte, numbers by their value. A type that is stored as text sorts like its text:
/// implement this trait for it if that is the order that you mean, as it is of dates such as `2020-01-31`; and
/// [`PrefixKey`], if it is to be the end of a key that a template makes.
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

// What has beginnings is stored as it is, and sorts behind the template's own text as it does alone.
#[diagnostic::do_not_recommend]
impl<V: OrderedKey + PrefixKey> OrderedKey for Trailing<V> {}
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

macro_rules! ordered_keys {
    ($($ordered:ty)*) => {$(
        impl OrderedKey for $ordered {}
    )*};
}

ordered_keys!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize Number String Vec<u8> AttributeValue);

impl PrefixKey for String {}
impl PrefixKey for Vec<u8> {}
impl PrefixKey for AttributeValue {}
