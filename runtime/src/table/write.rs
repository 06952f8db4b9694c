//! Writes that never silently lose another write.

use aws_sdk_dynamodb::types::ReturnValue;

use crate::condition::render::{Expression, Placeholders};
use crate::error::{Error, ErrorKind, Result};
use crate::format::identity::Identity;
use crate::item::Item;

use super::attempts::Repeat;
use super::change_request::ChangeRequest;
use super::outcome::Failure;
use super::precondition::{Existence, Precondition};
use super::snapshot::Snapshot;
use super::{Table, span};

impl Table {
    /// Writes the whole item.
    pub(crate) async fn put(&self, item: Item, precondition: &Precondition) -> Result<()> {
        self.put_and_return(item, precondition, None).await.map(drop)
    }

    /// Writes the whole item, and returns the item that it replaced, as it was stored.
    pub(crate) async fn put_returning_old(&self, item: Item, precondition: &Precondition) -> Result<Option<Item>> {
        match self.put_and_return(item, precondition, Some(ReturnValue::AllOld)).await? {
            Answer::Clear(old) => Ok(old),
            Answer::Lost => Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the item was written, but the response with the former item was lost",
            )),
        }
    }

    async fn put_and_return(
        &self,
        item: Item,
        precondition: &Precondition,
        returned: Option<ReturnValue>,
    ) -> Result<Answer> {
        if self.must_evaluate(precondition) {
            return self.evaluate_and_put(item, precondition, returned).await;
        }
        let mut placeholders = Placeholders::default();
        let condition = precondition.expression(self, &mut placeholders)?;
        let stored = self.encrypt(item).await?;
        let sent_item = SentItem::of(self, &stored);
        let sent = self.send_put(stored, condition, placeholders, Repeat::Never, returned).await;
        self.settle(sent, &sent_item).await.map_err(|failure| precondition.explain(failure))
    }

    /// Writes a new item, and returns a snapshot of it.
    pub(crate) async fn create(&self, item: Item) -> Result<Snapshot> {
        let precondition = Precondition::existence(Existence::MustNotExist);
        let mut placeholders = Placeholders::default();
        let condition = precondition.expression(self, &mut placeholders)?;
        let stored = self.encrypt(item).await?;
        let after = self.snapshot(&stored).ok_or_else(unsigned)?;
        let sent_item = SentItem::of(self, &stored);
        let sent = self.send_put(stored, condition, placeholders, Repeat::Never, None).await;
        self.settle(sent, &sent_item).await.map_err(|failure| precondition.explain(failure))?;
        Ok(after)
    }

    async fn evaluate_and_put(
        &self,
        item: Item,
        precondition: &Precondition,
        returned: Option<ReturnValue>,
    ) -> Result<Answer> {
        let stored = self.encrypt(item).await?;
        let sent_item = SentItem::of(self, &stored);
        let mut attempt = 0;
        loop {
            let evaluated = self.evaluate(&sent_item.key, precondition, attempt).await?;
            let mut placeholders = Placeholders::default();
            let condition = evaluated.expression(self, &mut placeholders)?;
            let stored = stored.clone();
            let sent = self.send_put(stored, condition, placeholders, Repeat::Never, returned.clone()).await;
            match self.settle(sent, &sent_item).await {
                Err(failure) if evaluated.lost_race(&failure) => attempt += 1,
                settled => return settled.map_err(|failure| precondition.explain(failure)),
            }
        }
    }

    /// Changes the snapshot's item to `item`, which has the same key, and returns a snapshot of that.
    pub(crate) async fn change(&self, before: &Snapshot, item: Item) -> Result<Snapshot> {
        let stored = self.encrypt_again(before, item).await?;
        let after = self.snapshot(&stored).ok_or_else(unsigned)?;
        self.send_change(before, stored).await?;
        Ok(after)
    }

    /// Does the same without a snapshot of the result.
    pub(crate) async fn rewrite(&self, before: &Snapshot, item: Item) -> Result<()> {
        let stored = self.encrypt_again(before, item).await?;
        self.send_change(before, stored).await
    }

    /// Changes the snapshot's item to `stored`, which is already encrypted and signed.
    async fn send_change(&self, before: &Snapshot, stored: Item) -> Result<()> {
        let sent_item = SentItem::of(self, &stored);
        let repeat = Repeat::conditioned_on(before);
        let sent = match ChangeRequest::new(self, before, stored)? {
            ChangeRequest::Update { update, condition, placeholders } => {
                span::path("update");
                self.send_update(sent_item.key.clone(), update, condition, placeholders, repeat, None).await
            }
            ChangeRequest::Put { stored, condition, placeholders } => {
                span::path("put");
                self.send_put(stored, condition, placeholders, repeat, None).await
            }
        };
        self.settle(sent, &sent_item).await.map(drop).map_err(|failure| Precondition::unchanged().explain(failure))
    }

    /// Deletes the item of this key, if there is one, and returns it as it was stored.
    pub(crate) async fn delete(&self, key: Item, precondition: &Precondition) -> Result<Option<Item>> {
        self.key.check_lengths(&key)?;
        let mut attempt = 0;
        loop {
            let evaluated = self.evaluate(&key, precondition, attempt).await?;
            let mut placeholders = Placeholders::default();
            let condition = evaluated.expression(self, &mut placeholders)?;
            match self.send_delete(key.clone(), condition, placeholders, Repeat::Never).await {
                Err(failure) if evaluated.lost_race(&failure) => attempt += 1,
                deleted => return deleted.map_err(|failure| precondition.explain(failure)),
            }
        }
    }

    /// Deletes the item of this key if it is unchanged since the snapshot.
    pub(crate) async fn delete_unchanged(&self, key: Item, before: &Snapshot) -> Result<()> {
        let repeat = Repeat::conditioned_on(before);
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(before.identity(self), &mut placeholders);
        let deleted = self.send_delete(key, condition, placeholders, repeat).await;
        deleted.map(drop).map_err(|failure| Precondition::unchanged().explain(failure))
    }

    /// A failed write succeeded if the stored item is the one that we sent: an earlier attempt wrote it, and its
    /// response was lost. If the outcome is unknown, the item is read to determine it.
    async fn settle(&self, sent: Result<Option<Item>, Failure>, item: &SentItem) -> Result<Answer, Failure> {
        let failure = match sent {
            Ok(returned) => return Ok(Answer::Clear(returned)),
            Err(failure) => failure,
        };
        if item.is(failure.found()) {
            return Ok(Answer::Lost);
        }
        if failure.is_unclear()
            && item.identity.is_some()
            && let Ok(found) = self.read_stored(item.key.clone(), true).await
            && item.is(found.as_ref())
        {
            return Ok(Answer::Lost);
        }
        Err(failure)
    }
}

/// The result of a write that was applied.
enum Answer {
    /// The item that it returned, if any.
    Clear(Option<Item>),
    Lost,
}

/// The identity of an item that was sent: its key, and a value that no other write produces. Without the latter, it
/// cannot be distinguished from an item of another writer.
pub(super) struct SentItem {
    pub(super) key: Item,
    identity: Option<Identity>,
}

impl SentItem {
    pub(super) fn of(table: &Table, stored: &Item) -> Self {
        let identity = table.encryptor.identity(stored, &table.actions).filter(|identity| identity.is_unique);
        Self { key: table.key.of(stored), identity }
    }

    /// Returns whether the item that was found is the one that was sent.
    pub(super) fn is(&self, found: Option<&Item>) -> bool {
        self.identity.as_ref().zip(found).is_some_and(|(identity, found)| identity.is_of(found))
    }
}

pub(super) fn unsigned() -> Error {
    Error::new(ErrorKind::Usage, "the actions sign nothing, and only signed items can be changed safely; use put")
}
