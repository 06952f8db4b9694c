//! Where a read continues.

use crate::item::Item;

/// Where each request of a read continues, in the order of the requests. Most reads are one request; a query over partitions of
/// beacons is several.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position(pub(crate) Vec<Start>);

/// Where one request of a read continues.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    Beginning,
    /// After the item with this key.
    After(Item),
    /// Nowhere: all of it was returned.
    End,
}

impl Start {
    /// Where a request continues after a page, given what DynamoDB says of it.
    pub(crate) fn after_page(next: Option<Item>) -> Self {
        next.map_or(Self::End, Self::After)
    }

    /// The key to continue after, if there is one.
    pub(crate) fn key(&self) -> Option<&Item> {
        if let Self::After(key) = self { Some(key) } else { None }
    }
}
