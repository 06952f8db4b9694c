//! The field with `#[item(ttl)]`.

use crate::schema::expiry::Expiry;

/// A type that is stored as a number of seconds since the Unix epoch, or not at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a time to live",
    label = "not stored as seconds since the Unix epoch",
    note = "DynamoDB deletes an item once a number of seconds since the Unix epoch has passed",
    note = "use `dynaseal::Expiry`, a `u64` or `i64` of seconds, or an `Option` of one"
)]
pub trait TimeToLive {}

#[diagnostic::do_not_recommend]
impl TimeToLive for Expiry {}
#[diagnostic::do_not_recommend]
impl TimeToLive for u64 {}
#[diagnostic::do_not_recommend]
impl TimeToLive for i64 {}
#[diagnostic::do_not_recommend]
impl<T: TimeToLive> TimeToLive for Option<T> {}

/// The name of the attribute that a field of this type has.
pub const fn time_to_live<T: TimeToLive>(name: &'static str) -> Option<&'static str> {
    Some(name)
}
