//! What the derive macro's output calls. Not part of the public interface: anything here may change in any release.

use std::str::FromStr;
use std::time::SystemTime;

pub use crate::codec::derived::*;
use crate::error::Result;
pub use crate::item::key::KeyNewtype;
pub use crate::item::key::template::{
    PaddedValue, Piece, Template, TemplateValue, check_is_text, take_made, template_value,
};
use crate::item::key::{KeyAttribute as _, wrong_type};
use crate::item::{AttributeValue, Item};
pub use crate::schema::assert_actions::assert_actions;
use crate::schema::entity::EncryptedItem;
pub use crate::schema::group::{Discriminated, GroupEntity, Member, check_group};
pub use crate::schema::versioned_key::note_version;

/// Parses the stored form of a key that [`key_attribute!`](crate::key_attribute) made.
pub fn parse_key<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| wrong_type("text that parses as the key's type"))
}

/// The stored form of a variant of an enum with `#[derive(KeyAttribute)]`.
///
/// # Errors
/// Never, since the derive takes no empty text.
pub fn encode_variant(text: &str) -> Result<AttributeValue> {
    Ok(AttributeValue::S(text.to_owned()))
}

/// The variant of a stored text.
///
/// # Errors
/// `Schema` for what is no text, and that of the function.
pub fn decode_variant<T>(value: AttributeValue, of_text: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    of_text(&String::decode(value)?)
}

/// What is said of a text that is of no variant.
///
/// # Errors
/// Always.
pub fn unknown_variant<T>() -> Result<T> {
    Err(wrong_type("the text of one of the variants of the key's type"))
}

/// The entity's item with the stamps of this time, and the entity as it will be read from there.
///
/// The copy goes through the item, since an entity need not be `Clone`. Only its stamps are written: of other fields it can
/// have a default where the item has no attribute.
pub fn to_written<T: EncryptedItem>(entity: &T, now: SystemTime) -> Result<(Item, T)> {
    let mut item = entity.to_item()?;
    let mut copy = T::from_item(&mut item.clone())?;
    copy.stamp(now)?;
    let mut stamped = copy.to_item()?;
    for name in T::STAMPS {
        match stamped.remove(*name) {
            Some(value) => item.insert((*name).to_owned(), value),
            None => item.remove(*name),
        };
    }
    Ok((item, copy))
}

/// What every request and every use of a key is reported by, with nothing in it: for the benchmark of what that costs.
pub async fn report_nothing(table: &str) {
    let span = crate::table::RequestSpan::new("get", table);
    span.run(async { crate::aws::audit::key_used("DirectKmsProvider", "Decrypt", "key", table) }).await;
}
