//! The request to DynamoDB for a change.

use crate::condition::render::{Expression, Placeholders};
use crate::condition::tree::ConditionTree;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;

use super::Table;
use super::snapshot::{Change, Snapshot};

/// A put if every attribute is signed, because then no other writer can have changed one without the signature.
/// Otherwise an update, which does not write unsigned attributes that the program did not change, so that concurrent
/// changes to them are kept. Above DynamoDB's limits for expressions, it is a put with the condition that all of them
/// are unchanged.
pub(super) enum ChangeRequest {
    Update { update: Expression, condition: Expression, placeholders: Placeholders },
    Put { stored: Item, condition: Expression, placeholders: Placeholders },
}

impl ChangeRequest {
    /// Returns the change that leads from the snapshot's item to `stored`, which is already encrypted and signed.
    pub(super) fn new(table: &Table, before: &Snapshot, mut stored: Item) -> Result<Self> {
        if before.is_wholly_signed(table) {
            return Self::put(stored, before.identity(table));
        }
        let change = Change::between(table, before, &stored);
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(change.update_conditions(), &mut placeholders);
        let update = Expression::update(&change.set, &change.remove, &mut placeholders);
        if condition.fits() && update.fits() {
            placeholders.set_values(&change.set, &mut stored);
            return Ok(Self::Update { update, condition, placeholders });
        }
        Self::put(stored, change.put_conditions())
    }

    fn put(stored: Item, conditions: Vec<ConditionTree>) -> Result<Self> {
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(conditions, &mut placeholders);
        if !condition.fits() {
            return Err(too_many_unsigned());
        }
        Ok(Self::Put { stored, condition, placeholders })
    }
}

fn too_many_unsigned() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        "the item has more attributes that are not signed than a condition can name within DynamoDB's limits; nothing was \
         written",
    )
}
