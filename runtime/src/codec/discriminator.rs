//! The attribute that identifies the entity of an item.

use super::missing;
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

/// Records the entity of the item.
pub fn put_discriminator(item: &mut Item, name: &'static str, value: &'static str) {
    item.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
}

/// Takes the attribute out of an item of this entity.
///
/// # Errors
/// `Schema` if the item does not identify its entity, or identifies another one.
pub fn take_discriminator(item: &mut Item, name: &'static str, value: &'static str) -> Result<()> {
    match item.remove(name) {
        Some(AttributeValue::S(stored)) if stored == value => Ok(()),
        Some(_) => {
            Err(Error::new(ErrorKind::Schema, format!("the item is not of the entity `{value}`")).with_attribute(name))
        }
        None => Err(missing(name)),
    }
}
