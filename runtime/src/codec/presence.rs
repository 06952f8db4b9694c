//! Types of which a value can be an absent attribute, which the encryption context cannot have.
//!
//! As with [`kind`](super::kind), the type itself determines the result, even behind an alias.

use std::marker::PhantomData;

use super::kind::{AnyType, FieldType};

/// The presence of most types: every value is an attribute.
pub struct AlwaysThere;

/// The presence of a type that has a value which is an absent attribute.
pub struct SometimesAbsent<T>(PhantomData<T>);

/// Not implemented for anything.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in the encryption context",
    label = "can be absent",
    note = "every item must have the attributes that are in its encryption context, and `None` is an absent attribute",
    note = "use the type without `Option`, or put `#[sign_only]` above the field"
)]
pub trait InEveryItem {}

impl AnyType {
    /// The presence of the type.
    pub fn __dynaseal_presence(&self) -> AlwaysThere {
        AlwaysThere
    }
}

impl AlwaysThere {
    /// Compiles.
    pub fn __dynaseal_check(self) {}
}

impl<T> SometimesAbsent<T> {
    /// Does not compile.
    pub fn __dynaseal_check(self)
    where
        T: InEveryItem,
    {
    }
}

impl<T> FieldType<Option<T>> {
    /// The presence of the type.
    pub fn __dynaseal_presence(&self) -> SometimesAbsent<Option<T>> {
        SometimesAbsent(PhantomData)
    }
}

impl FieldType<()> {
    /// The presence of the type.
    pub fn __dynaseal_presence(&self) -> SometimesAbsent<()> {
        SometimesAbsent(PhantomData)
    }
}

impl FieldType<serde_json::Value> {
    /// The presence of the type.
    pub fn __dynaseal_presence(&self) -> SometimesAbsent<serde_json::Value> {
        SometimesAbsent(PhantomData)
    }
}
