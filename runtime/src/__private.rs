//! What the derive macro's output calls. Not part of the public interface: anything here may change in any release.

use std::str::FromStr;

pub use crate::codec::derived::*;
use crate::error::Result;
use crate::key::wrong_type;

/// Parses the stored form of a key that [`key_attribute!`](crate::key_attribute) made.
pub fn parse_key<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| wrong_type("text that parses as the key's type"))
}
