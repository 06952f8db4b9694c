//! An attribute of an entity, as the compiler knows it.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::derived::SerdeField;
use crate::error::Result;
use crate::item::Item;

use super::update::Update;

/// The attribute of entity `E` that holds a `V` under the protection `P`; made by the derive's `fields()`.
///
/// What can be asked of it or done to it on the server depends on its protection: the server can only change what is not
/// signed.
pub struct Attr<E, V, P> {
    name: &'static str,
    encode: Encode<V>,
    types: PhantomData<fn() -> (E, P)>,
}

/// Puts a value into an item as the entity itself does: as its type, or `bytes`, says.
pub(super) type Encode<V> = fn(&V, &mut Item, &'static str) -> Result<()>;

/// The protection of a key attribute: signed, readable, never changed.
#[derive(Debug)]
pub enum Key {}

/// The protection of `#[encrypt]`.
#[derive(Debug)]
pub enum Encrypted {}

/// The protection of `#[sign_only]`.
#[derive(Debug)]
pub enum SignOnly {}

/// The protection of `#[do_nothing]`.
#[derive(Debug)]
pub enum DoNothing {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::DoNothing {}
}

/// A protection under which the server can change an attribute without breaking a signature.
#[diagnostic::on_unimplemented(
    message = "the server cannot change an attribute that is signed",
    label = "not a `#[do_nothing]` field",
    note = "the item's signature covers every attribute except `#[do_nothing]` ones; a change by the server would break it",
    note = "use `update_with`, which reads, changes and signs the item anew, safely"
)]
pub trait ServerWritable: sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl ServerWritable for DoNothing {}

/// A type that is stored as a number, which the server can add to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not stored as a number",
    label = "nothing can be added to it",
    note = "`add` is for integers and floating-point numbers; use `set` for the rest"
)]
pub trait ServerNumber {
    /// What can be added.
    type Amount: SerdeField;
}

macro_rules! server_numbers {
    ($($number:ty)*) => {$(
        impl ServerNumber for $number {
            type Amount = Self;
        }
    )*};
}

server_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

impl<T: ServerNumber> ServerNumber for Option<T> {
    type Amount = T::Amount;
}

impl<E, V, P> Attr<E, V, P> {
    #[doc(hidden)]
    pub const fn __new(name: &'static str, encode: fn(&V, &mut Item, &'static str) -> Result<()>) -> Self {
        Self { name, encode, types: PhantomData }
    }

    /// The attribute's name in the stored item.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Sets the attribute to this value; a `None` removes it.
    pub fn set(self, value: V) -> Update<E>
    where
        P: ServerWritable,
    {
        Update::set(self.name, &value, self.encode)
    }

    /// Adds to the attribute, on the server: no other addition is lost. A missing attribute counts as zero.
    #[expect(clippy::should_implement_trait, reason = "it is DynamoDB's ADD, beside SET and REMOVE")]
    pub fn add(self, amount: V::Amount) -> Update<E>
    where
        V: ServerNumber,
        P: ServerWritable,
    {
        Update::add(self.name, &amount)
    }

    /// Removes the attribute.
    pub fn remove(self) -> Update<E>
    where
        P: ServerWritable,
    {
        Update::remove(self.name)
    }
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
