//! Key fields, which [`KeyAttribute`](crate::KeyAttribute) encodes.

use super::missing;
use crate::error::Result;
use crate::item::{AttributeValue, Item};

/// Puts an encoded key attribute into the item.
///
/// # Errors
/// That of the encoding, naming the attribute.
pub fn put_key(item: &mut Item, name: &'static str, encoded: Result<AttributeValue>) -> Result<()> {
    let value = encoded.map_err(|error| error.with_attribute(name))?;
    item.insert(name.to_owned(), value);
    Ok(())
}

/// Takes a key attribute out of the item.
///
/// # Errors
/// `Schema` if it is missing; else that of the decoding. Both name the attribute.
pub fn take_key<T>(item: &mut Item, name: &'static str, decode: impl FnOnce(AttributeValue) -> Result<T>) -> Result<T> {
    let value = item.remove(name).ok_or_else(|| missing(name))?;
    decode(value).map_err(|error| error.with_attribute(name))
}
