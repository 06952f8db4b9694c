//! Types whose serde encoding differs from their author's intent, detected by the compiler.
//!
//! Method resolution prefers an inherent method over one of the type that the receiver dereferences to, so it finds the
//! real type behind every alias. It cannot detect types behind a type parameter, or inside other types. No trait in the
//! scope of an entity is expected to have methods with these names.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A field's type, checked with `FieldType::<T>::NEW.__dynaseal_kind().__dynaseal_check()`.
pub struct FieldType<T>(PhantomData<T>);

/// The kind of most types.
pub struct AnyType;

/// The kind of bytes, which serde encodes as a list of numbers.
pub struct RawBytes<T>(PhantomData<T>);

/// The kind of an `Option` of an `Option`, whose inner `None` would be read as the outer one.
pub struct OptionInOption<T>(PhantomData<T>);

/// The kind of a map whose keys cannot be text.
pub struct MapWithKeys<K>(PhantomData<K>);

/// Not implemented for anything.
#[diagnostic::on_unimplemented(
    message = "`{Self}` needs `#[item(bytes)]`",
    label = "would be stored as a list of numbers, one per byte",
    note = "serde cannot distinguish bytes from numbers; write `#[item(bytes)]` above the field to store a binary",
    note = "if a list of numbers is meant, wrap the bytes in a type of your own that serde encodes"
)]
pub trait ListOfNumbers {}

/// Not implemented for anything.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a set",
    label = "would be stored as a set of numbers, each byte once",
    note = "a set has neither order nor duplicates, so the bytes could not be read back",
    note = "write `#[item(bytes)]` to store a binary; for a set of small numbers, use a `BTreeSet<u8>`"
)]
pub trait SetOfNumbers {}

/// Not implemented for anything.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored",
    label = "`Some(None)` would be read back as `None`",
    note = "an absent attribute is the only form that `None` has, so there is one `None` and not two",
    note = "write one `Option`, or use a custom type for the inner one, such as an enum"
)]
pub trait TwoNones {}

/// Not implemented for anything.
#[diagnostic::on_unimplemented(
    message = "a map with keys of type `{Self}` cannot be stored",
    label = "these keys are not text",
    note = "in DynamoDB the keys of a map are strings: serde converts text, numbers, characters and fieldless enums, \
            and newtypes of these",
    note = "use such a type for the keys, or store a list of pairs: `Vec<(Key, Value)>`"
)]
pub trait KeysOfMap {}

impl<T> FieldType<T> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

impl<T> Deref for FieldType<T> {
    type Target = AnyType;

    fn deref(&self) -> &AnyType {
        &AnyType
    }
}

impl AnyType {
    /// Returns the kind of the type.
    pub fn __dynaseal_kind(&self) -> Self {
        Self
    }

    /// Compiles.
    pub fn __dynaseal_check(self) {}

    /// Compiles.
    pub fn __dynaseal_check_set(self) {}
}

impl<T> RawBytes<T> {
    /// Does not compile.
    pub fn __dynaseal_check(self)
    where
        T: ListOfNumbers,
    {
    }

    /// Does not compile.
    pub fn __dynaseal_check_set(self)
    where
        T: SetOfNumbers,
    {
    }
}

impl<T> OptionInOption<T> {
    /// Does not compile.
    pub fn __dynaseal_check(self)
    where
        T: TwoNones,
    {
    }

    /// Compiles: another check rejects the type as a set.
    pub fn __dynaseal_check_set(self) {}
}

impl<K> MapWithKeys<K> {
    /// Does not compile.
    pub fn __dynaseal_check(self)
    where
        K: KeysOfMap,
    {
    }

    /// Compiles: another check rejects the type as a set.
    pub fn __dynaseal_check_set(self) {}
}

macro_rules! kinds {
    ($([$($parameter:tt)*] $ty:ty => $kind:ident<$of:ty>;)*) => {$(
        impl<$($parameter)*> FieldType<$ty> {
            /// Returns the kind of the type.
            pub fn __dynaseal_kind(&self) -> $kind<$of> {
                $kind(PhantomData)
            }
        }
    )*};
}

macro_rules! bytes {
    ($([$($parameter:tt)*] $ty:ty;)*) => {
        kinds! {$(
            [$($parameter)*] $ty => RawBytes<$ty>;
            [$($parameter)*] Option<$ty> => RawBytes<Option<$ty>>;
        )*}
    };
}

bytes! {
    [] Vec<u8>;
    [] Box<[u8]>;
    [] Arc<[u8]>;
    [] Cow<'static, [u8]>;
    [const N: usize] [u8; N];
}

kinds! {
    [T] Option<Option<T>> => OptionInOption<Option<Option<T>>>;
}

macro_rules! keys_of_maps {
    ($([$($parameter:tt)*] $key:ty;)*) => {
        kinds! {$(
            [$($parameter)* V, S] HashMap<$key, V, S> => MapWithKeys<$key>;
            [$($parameter)* V] BTreeMap<$key, V> => MapWithKeys<$key>;
            [$($parameter)* V, S] Option<HashMap<$key, V, S>> => MapWithKeys<$key>;
            [$($parameter)* V] Option<BTreeMap<$key, V>> => MapWithKeys<$key>;
        )*}
    };
}

keys_of_maps! {
    [T,] Option<T>;
    [T,] Vec<T>;
    [T,] Box<[T]>;
    [A,] (A,);
    [A, B,] (A, B);
    [A, B, C,] (A, B, C);
    [A, B, C, D,] (A, B, C, D);
}
