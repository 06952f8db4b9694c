//! The values with which a field can be compared, and which can be added to it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::codec::derived::SerdeField;
use crate::item::number::Number;
use crate::schema::index::OrderedKey;

/// A value with which an attribute of type `V` can be compared: a `V`, the inner value of an `Option`, or a `&str` for
/// a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a field of type `{V}`",
    label = "not a `{V}`"
)]
pub trait Comparable<V> {
    /// Converts to the field's type.
    fn into_value(self) -> V;
}

impl<V> Comparable<V> for V {
    fn into_value(self) -> V {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V> Comparable<Option<V>> for V {
    fn into_value(self) -> Option<V> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<V: Clone> Comparable<V> for &V {
    fn into_value(self) -> V {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<V: Clone> Comparable<Option<V>> for &V {
    fn into_value(self) -> Option<V> {
        Some(self.clone())
    }
}

/// Text in any owned or borrowed form.
macro_rules! comparable_texts {
    ($($given:ty => $($text:ty)*;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl Comparable<$text> for $given {
            fn into_value(self) -> $text {
                <$text>::from(AsRef::<str>::as_ref(&self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl Comparable<Option<$text>> for $given {
            fn into_value(self) -> Option<$text> {
                Some(<$text>::from(AsRef::<str>::as_ref(&self)))
            }
        }
    )*)*};
}

comparable_texts! {
    &str => String Box<str> Arc<str>;
    &String => Box<str> Arc<str>;
    String => Box<str> Arc<str>;
    Box<str> => String;
    Arc<str> => String;
    Cow<'_, str> => String Box<str> Arc<str>;
}

#[diagnostic::do_not_recommend]
impl Comparable<Cow<'static, str>> for &str {
    fn into_value(self) -> Cow<'static, str> {
        Cow::Owned(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Comparable<Option<Cow<'static, str>>> for &str {
    fn into_value(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl Comparable<Cow<'static, str>> for String {
    fn into_value(self) -> Cow<'static, str> {
        Cow::Owned(self)
    }
}

#[diagnostic::do_not_recommend]
impl Comparable<Option<Cow<'static, str>>> for String {
    fn into_value(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

/// A type that is stored as a number, which the server can add to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not stored as a number",
    label = "nothing can be added to it",
    note = "`add` is for integers and floating-point numbers; use `set` for the rest"
)]
pub trait ServerNumber {
    /// The type that can be added.
    type Amount: SerdeField;
}

macro_rules! server_numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl ServerNumber for $number {
            type Amount = Self;
        }
    )*};
}

server_numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 Number);

#[diagnostic::do_not_recommend]
impl<T: ServerNumber> ServerNumber for Option<T> {
    type Amount = T::Amount;
}

/// A type whose stored form DynamoDB orders as the type orders its values: a number, or text or bytes that sort
/// accordingly.
///
/// The server compares the stored form: numbers by value, strings and binaries byte by byte, and no other types. An
/// enum that is stored by its name sorts by that name, and a decimal that is stored as text sorts `10` before `9`. Such
/// types only support [`eq`](super::Attr::eq). For a decimal, `#[item(number)]` stores a number instead.
///
/// Implement it for a custom type that serde stores as a number, or as text that sorts as its values do, such as a date
/// `2026-05-01`: `impl ServerOrdered for Day {}`. Every [`OrderedKey`] implements it.
pub trait ServerOrdered {}

#[diagnostic::do_not_recommend]
impl<T: OrderedKey> ServerOrdered for T {}

macro_rules! server_ordered {
    ($($ordered:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl ServerOrdered for $ordered {}
    )*};
}

server_ordered!(f32 f64);

#[diagnostic::do_not_recommend]
impl<T: ServerOrdered> ServerOrdered for Option<T> {}

/// A type that is stored as a list, to which the server can add elements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be stored as a list",
    label = "nothing can be appended to it",
    note = "`append` and `prepend` are for `Vec` and `VecDeque`; for `#[item(set)]` there is `add_members`",
    note = "implement `dynaseal::condition::ServerList` for a type of yours that serde writes as a list"
)]
pub trait ServerList {}

impl<T> ServerList for Vec<T> {}
impl<T> ServerList for VecDeque<T> {}
impl<T: ServerList> ServerList for Option<T> {}

/// A type that is stored as a string, of which the server can compare prefixes.
///
/// Implement it for a custom type that serde stores as a string: `impl ServerText for Department {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be stored as a string",
    label = "has no beginning to look at",
    note = "if serde writes it as a string, declare it: `impl dynaseal::condition::ServerText for {Self} {{}}`"
)]
pub trait ServerText {}

#[diagnostic::do_not_recommend]
impl ServerText for String {}
#[diagnostic::do_not_recommend]
impl ServerText for Box<str> {}
#[diagnostic::do_not_recommend]
impl ServerText for Arc<str> {}
#[diagnostic::do_not_recommend]
impl ServerText for Cow<'static, str> {}
#[diagnostic::do_not_recommend]
impl ServerText for char {}
#[diagnostic::do_not_recommend]
impl ServerText for IpAddr {}
#[diagnostic::do_not_recommend]
impl ServerText for Ipv4Addr {}
#[diagnostic::do_not_recommend]
impl ServerText for Ipv6Addr {}
#[cfg(feature = "uuid")]
#[diagnostic::do_not_recommend]
impl ServerText for uuid::Uuid {}
#[cfg(feature = "ulid")]
#[diagnostic::do_not_recommend]
impl ServerText for ulid::Ulid {}
#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl ServerText for chrono::NaiveDate {}
#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl ServerText for chrono::NaiveTime {}
#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl ServerText for chrono::NaiveDateTime {}
#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl<Z: chrono::TimeZone> ServerText for chrono::DateTime<Z> {}
#[diagnostic::do_not_recommend]
impl<T: ServerText> ServerText for Option<T> {}

/// A type that is stored as a string, binary, list or set, in which the server can search for an element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be stored as a string, binary, list or set",
    label = "has no parts to look for",
    note = "implement `dynaseal::condition::ServerCollection` for a type of yours that serde writes as one of them"
)]
pub trait ServerCollection {
    /// The type of an element or, for a string, of a substring.
    type Element;

    /// Returns the collection that contains only this element, which is searched for in its stored form.
    fn of(element: Self::Element) -> Self;
}

/// Texts, of which a piece is a text.
macro_rules! texts {
    ($($text:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl ServerCollection for $text {
            type Element = Self;

            fn of(piece: Self) -> Self {
                piece
            }
        }
    )*};
}

texts!(String Box<str> Arc<str> Cow<'static, str>);

#[diagnostic::do_not_recommend]
impl<T> ServerCollection for Vec<T> {
    type Element = T;

    fn of(element: T) -> Self {
        vec![element]
    }
}

#[diagnostic::do_not_recommend]
impl<T> ServerCollection for VecDeque<T> {
    type Element = T;

    fn of(element: T) -> Self {
        Self::from([element])
    }
}

#[diagnostic::do_not_recommend]
impl<T: Ord> ServerCollection for BTreeSet<T> {
    type Element = T;

    fn of(element: T) -> Self {
        Self::from([element])
    }
}

#[diagnostic::do_not_recommend]
impl<T: Eq + Hash, S: BuildHasher + Default> ServerCollection for HashSet<T, S> {
    type Element = T;

    fn of(element: T) -> Self {
        std::iter::once(element).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ServerCollection> ServerCollection for Option<T> {
    type Element = T::Element;

    fn of(element: T::Element) -> Self {
        Some(T::of(element))
    }
}
