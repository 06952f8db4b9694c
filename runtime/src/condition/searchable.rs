//! Protections of encrypted attributes that can be searched, and the kinds of conditions that they support.

use std::marker::PhantomData;

use crate::item::key::KeyAttribute;

use super::kinds::{AsNumber, Defaulted, DoNothing, Encrypted, InSet, Key, SignOnly, WithModule};

/// The protection of `#[encrypt]` with a beacon, which is one of [`EqualityBeacon`], [`MembershipBeacon`] and
/// [`PartOnlyBeacon`], or an extension: [`PrefixesBeacon`](super::PrefixesBeacon), [`WordsBeacon`](super::WordsBeacon),
/// [`NgramsBeacon`](super::NgramsBeacon), [`BucketsBeacon`](super::BucketsBeacon).
#[derive(Debug)]
pub struct Searchable<B>(PhantomData<B>);

/// The protection of a beacon on a struct: it can be searched, but is not an attribute of the items.
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

/// The equality of an attribute with one of some values.
#[derive(Debug)]
pub enum Equality {}

/// The inequality of an attribute and a value.
#[derive(Debug)]
pub enum Difference {}

/// The membership of a value in a set, a list or a string.
#[derive(Debug)]
pub enum Membership {}

/// The beginning of a text.
#[derive(Debug)]
pub enum Beginning {}

/// The range that a value is in, of which both bounds are known.
#[derive(Debug)]
pub enum Range {}

/// The content of a value: its order, its size.
#[derive(Debug)]
pub enum Content {}

/// A condition that the server evaluates exactly.
#[derive(Debug)]
pub enum Exact {}

/// A condition that the server evaluates with beacons, which several values can share. The items are compared again
/// after verification and decryption, so it is for reads only.
#[derive(Debug)]
pub enum Approximate {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Exact {}
    impl Sealed for super::Approximate {}
}

/// The precision with which the server evaluates a condition: [`Exact`] or [`Approximate`].
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
    label = "uses the beacon of an encrypted value",
    note = "several values can have one beacon, so the server could let a write through that the condition was to prevent, and a write cannot be taken back",
    note = "read the item and decide by its value: `update_with`, or `fetch` and `save`, which fail if the item changed meanwhile"
)]
pub trait Decisive: Precision {}

impl Decisive for Exact {}

/// A protection under which the server supports conditions of the kind `Q` on an attribute.
#[diagnostic::on_unimplemented(
    message = "the server cannot look into an attribute that is encrypted",
    label = "an encrypted field",
    note = "encrypting the same value twice gives different ciphertexts, so the server cannot compare them",
    note = "make it searchable: `#[item(beacon(bits = 24))]` above the field stores a short hash, with the number that `dynaseal::plan::from_sample` recommends; \
            beacons for beginnings, words, pieces of a text and ranges are extensions, which the guide's page `searching` describes",
    note = "or compare after reading; or test only whether the attribute exists, with `exists` and `missing`",
    note = "or store the field readable, protected against changes: `#[sign_only]` above it"
)]
pub trait Answers<Q> {
    /// The precision of such a condition.
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

/// A beacon that supports conditions of the kind `Q`.
#[diagnostic::on_unimplemented(
    message = "this beacon does not support that condition",
    label = "a beacon supports `eq` and `is_in`, and the beacon of a set `contains`",
    note = "a beacon is a truncated hash: it shows that two values may be equal, and nothing about their order, \
            prefix or size",
    note = "`ne` would leave out items whose beacon collides with the value's; write `!field.eq(..)`, which compares after decryption",
    note = "a beacon with `part_only` is not stored; remove `part_only` to search by it alone",
    note = "for beginnings and endings of a fixed length, add another beacon above the struct: `beacon(name = .., of = .., prefix = 3, bits = ..)`",
    note = "beacons of other forms are extensions: `beacon(bits = .., extension, prefixes = 2..=6)` supports `begins_with`, `words` `contains_word`, \
            `ngrams = 3` `contains`, and `buckets = 500` `between`; the guide's page `searching` says what they reveal"
)]
pub trait Gives<Q> {}

impl Gives<Equality> for EqualityBeacon {}
impl Gives<Membership> for MembershipBeacon {}

/// A protection of an attribute that items have.
#[diagnostic::on_unimplemented(
    message = "this beacon is not an attribute of the items",
    label = "items do not have it",
    note = "use its source field, with `exists` and `missing`"
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

/// A type whose equal values are stored as equal bytes, so that they can be found by a hash.
///
/// Every [`KeyAttribute`] is one. Implement it for a custom type that serde writes as one string or one number for each
/// value: `impl BeaconValue for Department {}`.
#[diagnostic::on_unimplemented(
    message = "a beacon cannot hash `{Self}`",
    label = "equal values could be stored as different bytes, or there are too few of them",
    note = "floating-point numbers, maps and lists can be equal and stored differently, so a hash of one would not find the other; store a set with `#[item(set)]`, and a decimal as `Number`",
    note = "a `bool` has two hashes, which hide nothing: compare after reading, or sign the field with `#[sign_only]` and make it a `signed(..)` part of a compound beacon",
    note = "for a type of your own that serde writes as one string or number for each value, write `impl dynaseal::condition::BeaconValue for {Self} {{}}`"
)]
pub trait BeaconValue {}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> BeaconValue for T {}

#[diagnostic::do_not_recommend]
impl<T: BeaconValue> BeaconValue for Option<T> {}
