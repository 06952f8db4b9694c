//! What the protection of an attribute allows the server to do.

use crate::codec::derived::AbsentValue;

use super::kinds::{AsNumber, Defaulted, DoNothing, Encrypted, InSet, Key, SignOnly, WithModule};
use super::operand::ServerOrdered;
use super::searchable::{Content, Gives, Searchable, Unstored};

mod sealed {
    pub trait Readable {}
    impl Readable for super::Key {}
    impl Readable for super::SignOnly {}
    impl Readable for super::DoNothing {}
    impl<B> Readable for super::Searchable<B> {}
    impl<B> Readable for super::Unstored<B> {}
    impl<P: Readable> Readable for super::WithModule<P> {}
    impl<P: Readable> Readable for super::Defaulted<P> {}
    impl<P: Readable> Readable for super::InSet<P> {}
    impl<P: Readable> Readable for super::AsNumber<P> {}

    pub trait Writable {}
    impl Writable for super::DoNothing {}
    impl<P: Writable> Writable for super::WithModule<P> {}
    impl<P: Writable> Writable for super::Defaulted<P> {}
    impl<P: Writable> Writable for super::InSet<P> {}
    impl<P: Writable> Writable for super::AsNumber<P> {}

    pub trait Ordered<V> {}

    pub trait OrderedByType {}

    pub trait Typed {}
    impl Typed for super::Key {}
    impl Typed for super::Encrypted {}
    impl Typed for super::SignOnly {}
    impl Typed for super::DoNothing {}
    impl<B> Typed for super::Searchable<B> {}
    impl<P: Typed> Typed for super::Defaulted<P> {}
    impl<P: Typed> Typed for super::InSet<P> {}
    impl<P: Typed> Typed for super::AsNumber<P> {}
}

/// A protection with which the server sees the value of an attribute: every one except encryption.
#[diagnostic::on_unimplemented(
    message = "the server cannot look into an attribute that is encrypted",
    label = "an encrypted field",
    note = "encrypting the same value twice gives different ciphertexts, so the server cannot compare them",
    note = "compare after reading; or test only whether the attribute exists, with `exists` and `missing`",
    note = "or store the field readable, protected against changes: `#[sign_only]` above it"
)]
pub trait ServerReadable: sealed::Readable {}

#[diagnostic::do_not_recommend]
impl ServerReadable for Key {}

#[diagnostic::do_not_recommend]
impl ServerReadable for SignOnly {}

#[diagnostic::do_not_recommend]
impl ServerReadable for DoNothing {}

// No beacon has this kind, so the message of the bound explains the failed call.
impl<B: Gives<Content>> ServerReadable for Searchable<B> {}
impl<B: Gives<Content>> ServerReadable for Unstored<B> {}

/// A protection with which the server can change an attribute without invalidating the signature.
#[diagnostic::on_unimplemented(
    message = "the server cannot change an attribute that is signed",
    label = "not a `#[do_nothing]` field",
    note = "the item's signature covers every attribute except `#[do_nothing]` ones; a change by the server would break it",
    note = "use `update_with`, which safely reads, changes and signs the item again; a key cannot change: write an \
            item with the new key and delete the old one"
)]
pub trait ServerWritable: sealed::Writable {}

#[diagnostic::do_not_recommend]
impl ServerWritable for DoNothing {}

#[diagnostic::do_not_recommend]
impl<P: ServerReadable> ServerReadable for WithModule<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerWritable> ServerWritable for WithModule<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerReadable> ServerReadable for AsNumber<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerWritable> ServerWritable for AsNumber<P> {}

/// A protection of an attribute that is stored as its type determines.
#[diagnostic::on_unimplemented(
    message = "nothing can be added to what a module stores",
    label = "a field with `#[item(with = ..)]`",
    note = "only the module knows whether it is stored as a number, which is all that the server can add to",
    note = "use `set`, which stores the value as encoded by the module"
)]
pub trait StoredAsItsType: sealed::Typed {}

#[diagnostic::do_not_recommend]
impl StoredAsItsType for Key {}

#[diagnostic::do_not_recommend]
impl StoredAsItsType for Encrypted {}

#[diagnostic::do_not_recommend]
impl StoredAsItsType for SignOnly {}

#[diagnostic::do_not_recommend]
impl StoredAsItsType for DoNothing {}

#[diagnostic::do_not_recommend]
impl<B> StoredAsItsType for Searchable<B> {}

#[diagnostic::do_not_recommend]
impl<P: StoredAsItsType> StoredAsItsType for AsNumber<P> {}

/// A protection of an attribute whose type determines the order of the stored values.
#[diagnostic::on_unimplemented(
    message = "the server's order of what a module or `set` stores is not known",
    label = "a field with `#[item(with = ..)]` or `#[item(set)]`",
    note = "only the module knows whether it stores values in their order, and a set has no order",
    note = "use `eq`, `ne` or `is_in`, or `contains` for a set, which need no order; or compare after reading",
    note = "for an order, let the field's type determine the stored form: a number, a decimal with `#[item(number)]`, or a type of your own that serde writes as the module does, for which you implement `dynaseal::condition::ServerOrdered`"
)]
pub trait OrderedByType: sealed::OrderedByType {}

macro_rules! ordered_by_type {
    ($([$($parameter:tt)*] $protection:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> OrderedByType for $protection {}
        impl<$($parameter)*> sealed::OrderedByType for $protection {}
    )*};
}

ordered_by_type! {
    [] Key;
    [] SignOnly;
    [] DoNothing;
    [P] AsNumber<P>;
    [P: OrderedByType] Defaulted<P>;
    // Such a call shows only that the server cannot read an encrypted attribute, and nothing about order.
    [] Encrypted;
    [B] Searchable<B>;
    [B] Unstored<B>;
    [] WithModule<Encrypted>;
    [] InSet<Encrypted>;
    [B] WithModule<Searchable<B>>;
    [B] InSet<Searchable<B>>;
}

/// A protection with which an attribute that contains a `V` is stored in the order of its values.
#[diagnostic::on_unimplemented(
    message = "the server does not order `{V}` as `{V}` orders its values",
    label = "is not known to be stored in the order of its values",
    note = "the server compares numbers by value, and text and bytes byte by byte; the text of a decimal, the name of an enum's variant, and lists and maps are in another order",
    note = "a decimal is stored as a number with `#[item(number)]` above the field",
    note = "use `eq`, `ne` or `is_in`, which need no order, or compare after reading",
    note = "for a type of your own that is stored as a number, or as text that sorts as its values do, write `impl dynaseal::condition::ServerOrdered for {V} {{}}`"
)]
pub trait StoredInOrder<V>: sealed::Ordered<V> {}

// Such a call shows only that the server cannot read an encrypted attribute, and nothing about order.
macro_rules! stored_in_order {
    ($([$($bound:tt)*] $protection:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<V $($bound)*> StoredInOrder<V> for $protection {}
        impl<V $($bound)*> sealed::Ordered<V> for $protection {}
    )*};
}

// Numbers are ordered, regardless of their type.
#[diagnostic::do_not_recommend]
impl<V, P> StoredInOrder<V> for AsNumber<P> {}
impl<V, P> sealed::Ordered<V> for AsNumber<P> {}

stored_in_order! {
    [: ServerOrdered] Key;
    [: ServerOrdered] SignOnly;
    [: ServerOrdered] DoNothing;
    [] Encrypted;
}

// Such a call shows only that a module or a set determines the order.
#[diagnostic::do_not_recommend]
impl<V, P> StoredInOrder<V> for WithModule<P> {}
impl<V, P> sealed::Ordered<V> for WithModule<P> {}

#[diagnostic::do_not_recommend]
impl<V, P> StoredInOrder<V> for InSet<P> {}
impl<V, P> sealed::Ordered<V> for InSet<P> {}

#[diagnostic::do_not_recommend]
impl<V, B> StoredInOrder<V> for Searchable<B> {}
impl<V, B> sealed::Ordered<V> for Searchable<B> {}

#[diagnostic::do_not_recommend]
impl<V, B> StoredInOrder<V> for Unstored<B> {}
impl<V, B> sealed::Ordered<V> for Unstored<B> {}

#[diagnostic::do_not_recommend]
impl<V, P: StoredInOrder<V>> StoredInOrder<V> for Defaulted<P> {}
impl<V, P: sealed::Ordered<V>> sealed::Ordered<V> for Defaulted<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerReadable> ServerReadable for Defaulted<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerWritable> ServerWritable for Defaulted<P> {}

#[diagnostic::do_not_recommend]
impl<P: StoredAsItsType> StoredAsItsType for Defaulted<P> {}

/// A protection of an attribute of type `V` that may be absent.
#[diagnostic::on_unimplemented(
    message = "an item without this attribute could not be read: the field has no value for that",
    label = "a required field",
    note = "make it an `Option`, or write `#[item(default)]` above it; or use `set` to store another value"
)]
pub trait Removable<V> {}

#[diagnostic::do_not_recommend]
impl<V: AbsentValue> Removable<V> for DoNothing {}

// Such a call shows only that the server cannot change a signed attribute, and nothing else.
#[diagnostic::do_not_recommend]
impl<V> Removable<V> for Key {}

#[diagnostic::do_not_recommend]
impl<V> Removable<V> for SignOnly {}

#[diagnostic::do_not_recommend]
impl<V> Removable<V> for Encrypted {}

#[diagnostic::do_not_recommend]
impl<V, B> Removable<V> for Searchable<B> {}

#[diagnostic::do_not_recommend]
impl<V, P: Removable<V>> Removable<V> for WithModule<P> {}

#[diagnostic::do_not_recommend]
impl<V, P: ServerWritable> Removable<V> for Defaulted<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerReadable> ServerReadable for InSet<P> {}

#[diagnostic::do_not_recommend]
impl<P: ServerWritable> ServerWritable for InSet<P> {}

#[diagnostic::do_not_recommend]
impl<P: StoredAsItsType> StoredAsItsType for InSet<P> {}

/// A set without members is absent.
#[diagnostic::do_not_recommend]
impl<V, P: ServerWritable> Removable<V> for InSet<P> {}

/// A protection of an attribute that is stored as a set.
#[diagnostic::on_unimplemented(
    message = "only a set has members",
    label = "not a field with `#[item(set)]`",
    note = "write `#[item(set)]` above the field to store it as a set; for lists there are `append` and `prepend`"
)]
pub trait StoredAsSet {}

#[diagnostic::do_not_recommend]
impl<P> StoredAsSet for InSet<P> {}
