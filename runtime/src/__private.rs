//! What the derive macro's output calls. Not part of the public interface: anything here may change in any release.

use std::str::FromStr;
use std::time::SystemTime;

pub use crate::codec::derived::*;
use crate::error::Result;
use crate::item::Item;
pub use crate::item::key::template::{
    PaddedValue, Piece, Template, TemplateValue, check_is_text, take_made, template_value,
};
use crate::item::key::wrong_type;
pub use crate::schema::assert_actions::assert_actions;
use crate::schema::entity::EncryptedItem;
pub use crate::schema::group::{Discriminated, Member, check_group};

/// Parses the stored form of a key that [`key_attribute!`](crate::key_attribute) made.
pub fn parse_key<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| wrong_type("text that parses as the key's type"))
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
