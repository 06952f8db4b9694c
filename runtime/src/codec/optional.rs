//! Optional attributes.

use crate::error::Result;
use crate::item::{AttributeValue, Item};

/// Takes an optional attribute out of an item. An absent attribute and a NULL are `None`.
pub(super) fn take<T>(
    item: &mut Item,
    name: &'static str,
    take: impl FnOnce(&mut Item, &'static str) -> Result<T>,
) -> Result<Option<T>> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::Null(true)) => {
            item.remove(name);
            Ok(None)
        }
        Some(_) => take(item, name).map(Some),
    }
}
