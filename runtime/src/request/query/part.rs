//! Reads of several requests, one after the other: items of several partitions of beacons are found by one request for each.

use crate::error::{Error, Result};
use crate::item::{AttributeValue, Item};
use crate::table::Order;

/// The name of the number of a request in a position. No attribute has this name, which begins like a placeholder.
const PART: &str = ":aws_dbe_partition";

/// The order of the pages of one request, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Progress(Option<(usize, Order)>);

impl Progress {
    /// The order of the pages of this request, which `begin` begins if another request was read before.
    pub(super) fn order(&mut self, part: usize, begin: impl FnOnce() -> Order) -> &mut Order {
        if self.0.as_ref().is_none_or(|(current, _)| *current != part) {
            self.0 = None;
        }
        let (_, order) = self.0.get_or_insert_with(|| (part, begin()));
        order
    }
}

/// A position in the request of this number. That of the first one is as DynamoDB has it.
pub(super) fn position(part: usize, mut key: Item) -> Item {
    if part > 0 {
        key.insert(PART.to_owned(), AttributeValue::N(part.to_string()));
    }
    key
}

/// The number of the request that a position is in, and where the request begins.
///
/// # Errors
/// `InvalidCursor` if the number is invalid.
pub(super) fn take(position: Option<Item>) -> Result<(usize, Option<Item>)> {
    let Some(mut key) = position else { return Ok((0, None)) };
    let part = match key.remove(PART) {
        None => 0,
        Some(AttributeValue::N(part)) => part.parse().map_err(|_| Error::invalid_cursor())?,
        Some(_) => return Err(Error::invalid_cursor()),
    };
    Ok((part, Some(key).filter(|key| !key.is_empty())))
}

/// Returns the position after a page of a read with this many requests.
pub(super) fn next(part: usize, parts: usize, next: Option<Item>) -> Option<Item> {
    match next {
        Some(key) => Some(position(part, key)),
        None if part + 1 < parts => Some(position(part + 1, Item::new())),
        None => None,
    }
}
