//! Items used by the output of the derive macro. Not part of the public API: anything here may change in any release.

use std::str::FromStr;
use std::time::SystemTime;

pub use crate::codec::derived::*;
use crate::condition::{BeaconNumber, BeaconValue, ServerText};
use crate::error::Result;
pub use crate::item::key::KeyNewtype;
pub use crate::item::key::template::{
    PaddedValue, Piece, Template, TemplateValue, check_is_text, take_made, template_value,
};
use crate::item::key::{KeyAttribute as _, wrong_type};
use crate::item::{AttributeValue, Item};
pub use crate::schema::assert_actions::assert_actions;
use crate::schema::entity::EncryptedItem;
pub use crate::schema::group::{Discriminated, GroupEntity, GroupOf, Member, TableOf};
pub use crate::schema::group_checks::check_group;
use crate::schema::index::{CompoundOf, CompoundValue};
pub use crate::schema::tenant::text_tenant;
pub use crate::schema::versioned_key::note_version;

/// Requires that the type of a field with a beacon can be hashed.
pub const fn check_beacon_value<T: BeaconValue>() {}

/// Requires that the type of a field with a beacon that is transformed, or made of terms, is stored as text.
pub const fn check_beacon_text<T: ServerText>() {}

/// Requires that the type of a field with a beacon of buckets is stored as a number.
pub const fn check_beacon_number<T: BeaconNumber>() {}

/// The text of a value of a compound beacon.
pub fn encode_compound<V: CompoundValue>(value: &CompoundOf<V>) -> Result<AttributeValue> {
    value.encode()
}

/// Puts the text of a value of a compound beacon into an item.
pub fn put_compound<V: CompoundValue>(value: &CompoundOf<V>, item: &mut Item, name: &'static str) -> Result<()> {
    item.insert(name.to_owned(), encode_compound(value).map_err(|error| error.with_attribute(name))?);
    Ok(())
}

/// Parses the stored form of a key that [`key_attribute!`](crate::key_attribute) encoded.
pub fn parse_key<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| wrong_type("text that parses as the key's type"))
}

/// Returns the stored form of a variant of an enum with `#[derive(KeyAttribute)]`.
///
/// # Errors
/// Never, because the derive rejects empty text.
pub fn encode_variant(text: &str) -> Result<AttributeValue> {
    Ok(AttributeValue::S(text.to_owned()))
}

/// Returns the variant of a stored text.
///
/// # Errors
/// `Schema` for a value that is not text, and the error of the function.
pub fn decode_variant<T>(value: AttributeValue, of_text: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    of_text(&String::decode(value)?)
}

/// Returns the error for a text that does not name a variant.
///
/// # Errors
/// Always.
pub fn unknown_variant<T>() -> Result<T> {
    Err(wrong_type("the text of one of the variants of the key's type"))
}

/// Returns the entity's item with the managed attributes of this time, and the entity as it will be read from the item.
///
/// The copy is made through the item, because an entity need not be `Clone`. Only its managed attributes are written:
/// other fields can have a default where the item has no attribute.
pub fn to_written<T: EncryptedItem>(
    entity: &T,
    now: SystemTime,
    put_managed: impl FnOnce(&T, &mut Item) -> Result<()>,
) -> Result<(Item, T)> {
    let mut item = entity.to_item()?;
    let mut copy = T::from_item(&mut item.clone())?;
    copy.set_managed(now)?;
    put_managed(&copy, &mut item)?;
    Ok((item, copy))
}

/// Replaces a managed attribute of an item; `None` becomes an absent attribute.
pub fn put_managed<T>(
    value: Option<&T>,
    item: &mut Item,
    name: &'static str,
    put: impl FnOnce(&T, &mut Item, &'static str) -> Result<()>,
) -> Result<()> {
    // A value can be stored as an absent attribute.
    item.remove(name);
    value.map_or(Ok(()), |value| put(value, item, name))
}

/// Reports a request and a use of a key without content, for the benchmark of the cost of reporting.
pub async fn report_nothing(table: &str) {
    let span = crate::table::RequestSpan::new("get", table);
    span.run(async { crate::aws::audit::key_used("DirectKmsProvider", "Decrypt", "key", table) }).await;
}
