//! Protections of attributes that can be searched although they are encrypted, and the questions that they answer.

use std::marker::PhantomData;

use crate::item::key::KeyAttribute;

use super::protection::{AsNumber, Defaulted, DoNothing, Encrypted, InSet, Key, SignOnly, WithModule};

/// The protection of `#[encrypt]` with a beacon, which is one of [`EqualityBeacon`], [`MembershipBeacon`] and
/// [`PartOnlyBeacon`].
#[derive(Debug)]
pub struct Searchable<B>(PhantomData<B>);

/// The protection of a beacon of a struct: items can be found by it, but it is no attribute of theirs.
#[derive(Debug)]
pub struct Unstored<B>(PhantomData<B>);

/// A beacon of one value: `eq` and `is_in`.
#[derive(Debug)]
pub enum EqualityBeacon {}

/// A beacon of the members of a set: `contains`.
#[derive(Debug)]
pub enum MembershipBeacon {}

/// A beacon that is only a part of compound beacons.
#[derive(Debug)]
pub enum PartOnlyBeacon {}

/// Whether an attribute has one of some values.
#[derive(Debug)]
pub enum Equality {}

/// Whether an attribute has another value.
#[derive(Debug)]
pub enum Difference {}

/// Whether an attribute has a member, an element or a piece.
#[derive(Debug)]
pub enum Membership {}

/// What the value looks like: its order, its beginning, its size.
#[derive(Debug)]
pub enum Content {}

/// A condition that the server decides as it is meant.
#[derive(Debug)]
pub enum Exact {}

/// A condition that the server decides by beacons, which several values can have. The items are compared again once they are
/// verified and decrypted, so it is for reads only.
#[derive(Debug)]
pub enum Approximate {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Exact {}
    impl Sealed for super::Approximate {}
}

/// How the server decides a condition: [`Exact`] or [`Approximate`].
pub trait Precision: sealed::Sealed {}

impl Precision for Exact {}
impl Precision for Approximate {}

/// The precision of two conditions that are joined: exact only if both are.
pub trait JoinedWith<Other: Precision>: Precision {
    /// The precision of both together.
    type Joined: Precision;
}

impl JoinedWith<Self> for Exact {
    type Joined = Self;
}

impl JoinedWith<Approximate> for Exact {
    type Joined = Approximate;
}

impl<Other: Precision> JoinedWith<Other> for Approximate {
    type Joined = Self;
}

/// A precision on which a write can depend: only [`Exact`] is one.
#[diagnostic::on_unimplemented(
    message = "a write cannot depend on a beacon",
    label = "asks for an encrypted value by its beacon",
    note = "several values can have one beacon, so the server could let a write through that the condition was to prevent, and a write cannot be taken back",
    note = "read the item and decide by its value: `update_with`, or `fetch` and `save`, which fail if the item changed meanwhile"
)]
pub trait Decisive: Precision {}

impl Decisive for Exact {}

/// A protection under which the server can answer questions of the kind `Q` about an attribute.
#[diagnostic::on_unimplemented(
    message = "the server cannot look into an attribute that is encrypted",
    label = "an encrypted field",
    note = "encrypting the same value twice gives two ciphertexts, so to the server none is equal to, less or more than another",
    note = "make it searchable: `#[item(beacon(bits = 24))]` above the field stores a short hash, with the number that `dynaseal::plan::from_sample` recommends",
    note = "or compare after reading; or ask only whether the attribute is there, with `exists` and `missing`",
    note = "or store the field readable, protected against changes: `#[sign_only]` above it"
)]
pub trait Answers<Q> {
    /// How the server decides such a question.
    type Precision: Precision;
}

macro_rules! answers {
    ($($protection:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Q> Answers<Q> for $protection {
            type Precision = Exact;
        }
    )*};
}

answers!(Key SignOnly DoNothing);

impl<Q, B: Gives<Q>> Answers<Q> for Searchable<B> {
    type Precision = Approximate;
}

impl<Q, B: Gives<Q>> Answers<Q> for Unstored<B> {
    type Precision = Approximate;
}

#[diagnostic::do_not_recommend]
impl<Q, P: Answers<Q>> Answers<Q> for WithModule<P> {
    type Precision = P::Precision;
}

#[diagnostic::do_not_recommend]
impl<Q, P: Answers<Q>> Answers<Q> for InSet<P> {
    type Precision = P::Precision;
}

#[diagnostic::do_not_recommend]
impl<Q, P: Answers<Q>> Answers<Q> for Defaulted<P> {
    type Precision = P::Precision;
}

#[diagnostic::do_not_recommend]
impl<Q, P: Answers<Q>> Answers<Q> for AsNumber<P> {
    type Precision = P::Precision;
}

/// A beacon that answers questions of the kind `Q`.
#[diagnostic::on_unimplemented(
    message = "this beacon does not answer that question",
    label = "a beacon answers `eq` and `is_in`, and the beacon of a set `contains`",
    note = "a beacon is a truncated hash: it says that two values may be equal, and nothing about their order, beginning or size",
    note = "`ne` would leave out items whose beacon collides with the value's; write `!field.eq(..)`, which compares after decryption",
    note = "a beacon with `part_only` is not stored; remove `part_only` to search by it alone",
    note = "for beginnings and endings of a fixed length, add another beacon above the struct: `beacon(name = .., of = .., prefix = 3, bits = ..)`"
)]
pub trait Gives<Q> {}

impl Gives<Equality> for EqualityBeacon {}
impl Gives<Membership> for MembershipBeacon {}

/// A protection of something that items have as an attribute.
#[diagnostic::on_unimplemented(
    message = "this beacon is no attribute of the items",
    label = "items do not have it",
    note = "ask the field that it is made of, with `exists` and `missing`"
)]
pub trait OfAttribute {}

impl OfAttribute for Key {}
impl OfAttribute for SignOnly {}
impl OfAttribute for DoNothing {}
impl OfAttribute for Encrypted {}
impl<B> OfAttribute for Searchable<B> {}
impl<P> OfAttribute for WithModule<P> {}
impl<P> OfAttribute for InSet<P> {}
impl<P> OfAttribute for Defaulted<P> {}
impl<P> OfAttribute for AsNumber<P> {}

/// A type whose equal values are stored as equal bytes, so that a hash of them finds them.
///
/// Every [`KeyAttribute`] is one. Implement it for a type of yours that serde writes as one string or one number for each
/// value: `impl BeaconValue for Department {}`.
#[diagnostic::on_unimplemented(
    message = "a beacon cannot be made of `{Self}`",
    label = "equal values could be stored as different bytes, or there are too few of them",
    note = "floating-point numbers, maps and lists can be equal and stored differently, so a hash of one would not find the other; store a set with `#[item(set)]`, and a decimal as `Number`",
    note = "a `bool` has two hashes, which hide nothing: compare after reading",
    note = "for a type of your own that serde writes as one string or number for each value, write `impl dynaseal::condition::BeaconValue for {Self} {{}}`"
)]
pub trait BeaconValue {}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> BeaconValue for T {}

#[diagnostic::do_not_recommend]
impl<T: BeaconValue> BeaconValue for Option<T> {}
