//! What the derive macro's output calls. Not part of the public interface: anything here may change in any release.

use std::str::FromStr;
use std::time::SystemTime;

pub use crate::codec::*;
use crate::entity::EncryptedItem;
use crate::error::Result;
use crate::item::Item;
use crate::key::wrong_type;

/// Parses the stored form of a key that [`key_attribute!`](crate::key_attribute) made.
pub fn parse_key<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| wrong_type("text that parses as the key's type"))
}

/// The item of a stamped copy, and that copy. It goes through its item, since an entity need not be `Clone`.
pub fn to_written<T: EncryptedItem>(entity: &T, now: SystemTime) -> Result<(Item, T)> {
    let mut copy = T::from_item(&mut entity.to_item()?)?;
    copy.stamp(now)?;
    Ok((copy.to_item()?, copy))
}
