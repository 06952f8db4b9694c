//! Writes that never lose another write unnoticed.

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::Table;
use super::attempts::Repeat;
use super::change::{Change, Snapshot};
use super::demands::{CHANGED, Demands};
use super::expression::{Expression, Placeholders};
use super::outcome::Failure;
use super::span;

impl Table {
    /// Writes the whole item.
    pub(crate) async fn put(&self, item: Item, demands: &Demands) -> Result<()> {
        let mut placeholders = Placeholders::default();
        let condition = demands.expression(self, &mut placeholders)?;
        let stored = self.encrypt(item).await?;
        let identity = Identity::of(self, &stored);
        let sent = self.send_put(stored, condition, placeholders, Repeat::Never).await;
        self.settle(sent, &identity).await.map_err(|failure| demands.explain(failure))
    }

    /// Turns the item of the snapshot into `item`, which has the same key, and returns a snapshot of that.
    ///
    /// An update leaves those unsigned attributes alone that the program did not change, so that what others write there
    /// meanwhile is kept. Above DynamoDB's limits for expressions it is a put that finds all of them as they were.
    pub(crate) async fn change(&self, before: &Snapshot, item: Item) -> Result<Snapshot> {
        let mut stored = self.encrypt(item).await?;
        let after = self.snapshot(&stored).ok_or_else(unsigned)?;
        let identity = Identity::of(self, &stored);
        let change = Change::between(self, before, &stored);
        let repeat = Repeat::conditioned_on(before);
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(change.update_conditions(), &mut placeholders);
        let update = Expression::update(&change.set, &change.remove, &mut placeholders);

        let sent = if condition.fits() && update.fits() {
            span::path("update");
            placeholders.set_values(&change.set, &mut stored);
            self.send_update(identity.key.clone(), update, condition, placeholders, repeat).await
        } else {
            span::path("put");
            let mut placeholders = Placeholders::default();
            let condition = Expression::all(change.put_conditions(), &mut placeholders);
            if !condition.fits() {
                return Err(too_many_unsigned());
            }
            self.send_put(stored, condition, placeholders, repeat).await
        };
        self.settle(sent, &identity).await.map_err(explain_changed)?;
        Ok(after)
    }

    /// Deletes the item of this key, if there is one, and returns it as it was stored.
    pub(crate) async fn delete(&self, key: Item, demands: &Demands) -> Result<Option<Item>> {
        let mut placeholders = Placeholders::default();
        let condition = demands.expression(self, &mut placeholders)?;
        let deleted = self.send_delete(key, condition, placeholders, Repeat::Never).await;
        deleted.map_err(|failure| demands.explain(failure))
    }

    /// Deletes the item of this key if it is still the one of the snapshot.
    pub(crate) async fn delete_unchanged(&self, key: Item, before: &Snapshot) -> Result<()> {
        let repeat = Repeat::conditioned_on(before);
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(before.identity(self), &mut placeholders);
        self.send_delete(key, condition, placeholders, repeat).await.map(drop).map_err(explain_changed)
    }

    /// A write that failed is a success if what is stored is what we sent: an attempt before wrote it, and its answer was
    /// lost. Where nothing is known, the item is read to find out.
    async fn settle(&self, sent: Result<(), Failure>, identity: &Identity) -> Result<(), Failure> {
        let Err(failure) = sent else { return Ok(()) };
        if identity.is_of(self, failure.found()) {
            return Ok(());
        }
        if failure.is_unclear()
            && identity.signature.is_some()
            && let Ok(found) = self.read_stored(identity.key.clone(), true).await
            && identity.is_of(self, found.as_ref())
        {
            return Ok(());
        }
        Err(failure)
    }
}

/// What an item is recognized by: its key, and a signature that no other write makes. Without the latter it cannot be told
/// from one that somebody else wrote.
pub(super) struct Identity {
    pub(super) key: Item,
    signature: Option<AttributeValue>,
}

impl Identity {
    pub(super) fn of(table: &Table, stored: &Item) -> Self {
        let signature = stored.get(table.signature_name()).filter(|_| table.has_unique_signature(stored)).cloned();
        Self { key: table.key.of(stored), signature }
    }

    pub(super) fn is_of(&self, table: &Table, found: Option<&Item>) -> bool {
        self.signature.is_some() && found.and_then(|found| found.get(table.signature_name())) == self.signature.as_ref()
    }
}

fn explain_changed(failure: Failure) -> Error {
    if failure.found_nothing() {
        return failure.explain(ErrorKind::NotFound, "the item was deleted since it was read; nothing was written");
    }
    failure.explain(ErrorKind::Conflict, CHANGED)
}

fn unsigned() -> Error {
    Error::new(ErrorKind::Usage, "the actions sign nothing, and only signed items can be changed safely; use put")
}

fn too_many_unsigned() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        "the item has more attributes that are not signed than a condition can name within DynamoDB's limits; nothing was \
         written",
    )
}
