//! Beacons that AWS's clients do not have, and the conditions that they support.

use crate::item::number::Number;

use super::kinds::{Defaulted, WithModule};
use super::searchable::{Beginning, Equality, Gives, Membership, Range, Searchable, Unstored};

/// A beacon of the prefixes of a text: `begins_with`.
#[derive(Debug)]
pub enum PrefixesBeacon {}

/// A beacon of the words of a text: `contains_word`.
#[derive(Debug)]
pub enum WordsBeacon {}

/// A beacon of the n-grams of a text: `contains`.
#[derive(Debug)]
pub enum NgramsBeacon {}

/// A beacon of the bucket that a number is in: `between`, `eq` and `is_in`.
#[derive(Debug)]
pub enum BucketsBeacon {}

/// A whole word of a text.
#[derive(Debug)]
pub enum Word {}

impl Gives<Beginning> for PrefixesBeacon {}
impl Gives<Word> for WordsBeacon {}
impl Gives<Membership> for NgramsBeacon {}
impl Gives<Range> for BucketsBeacon {}
impl Gives<Equality> for BucketsBeacon {}

/// A protection of a text whose words can be searched.
#[diagnostic::on_unimplemented(
    message = "this field has no beacon of its words",
    label = "cannot be searched for a word",
    note = "DynamoDB finds a whole word only by a beacon, which an encrypted field can have; in a readable field, `contains` finds a piece of the text",
    note = "store a short hash of each word: `#[item(beacon(bits = 12, words, extension))]` above an encrypted field; AWS's clients ignore it, and lose it \
            when they write an item"
)]
pub trait HasWords {}

impl<B: Gives<Word>> HasWords for Searchable<B> {}
impl<B: Gives<Word>> HasWords for Unstored<B> {}
#[diagnostic::do_not_recommend]
impl<P: HasWords> HasWords for WithModule<P> {}
#[diagnostic::do_not_recommend]
impl<P: HasWords> HasWords for Defaulted<P> {}

/// A type that is stored as a number, so that its values are in buckets.
///
/// Implement it for a type of your own that serde writes as a number: `impl BeaconNumber for Cents {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be stored as a number",
    label = "has no buckets",
    note = "a beacon of buckets hashes the range that a number is in; a decimal is stored as a number with `#[item(number)]` above the field",
    note = "if serde writes it as a number, declare it: `impl dynaseal::condition::BeaconNumber for {Self} {{}}`"
)]
pub trait BeaconNumber {}

macro_rules! beacon_numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl BeaconNumber for $number {}
    )*};
}

beacon_numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 Number);

#[diagnostic::do_not_recommend]
impl<T: BeaconNumber> BeaconNumber for Option<T> {}
