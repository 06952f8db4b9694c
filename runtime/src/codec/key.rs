//! Key fields.

use super::missing;
use crate::error::Result;
use crate::item::Item;
use crate::key::KeyAttribute;

/// Puts the key attribute into the item.
///
/// # Errors
/// As [`KeyAttribute::encode`], naming the attribute.
pub fn encode_key<T: KeyAttribute>(item: &mut Item, name: &'static str, value: &T) -> Result<()> {
    let value = value.encode().map_err(|error| error.with_attribute(name))?;
    item.insert(name.to_owned(), value);
    Ok(())
}

/// Takes the key attribute out of the item.
///
/// # Errors
/// `Schema` if it is missing; else as [`KeyAttribute::decode`], naming the attribute.
pub fn decode_key<T: KeyAttribute>(item: &mut Item, name: &'static str) -> Result<T> {
    let value = item.remove(name).ok_or_else(|| missing(name))?;
    T::decode(value).map_err(|error| error.with_attribute(name))
}
