//! BatchWriteItem.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use futures_util::future::join_all;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::item::key::names::KeyBytes;
use crate::table::Table;
use crate::table::attempts::{Attempts, Repeat};
use crate::table::outcome::UNCLEAR;
use crate::table::write::SentItem;

use super::{BACKOFF, BatchSettings, Progress, left_undone};

const OPERATION: &str = "BatchWriteItem";

/// One write of a batch.
#[derive(Clone)]
pub(crate) enum BatchWrite {
    /// Puts this plaintext item.
    Put(Item),
    /// Puts this unencrypted item of another entity, with that entity's view of the table.
    PutAs(Item, Arc<Table>),
    /// Deletes the item of this key.
    Delete(Item),
}

impl BatchWrite {
    /// The item, or the key of the one that is deleted.
    pub(crate) fn item(&self) -> &Item {
        match self {
            Self::Put(item) | Self::PutAs(item, _) | Self::Delete(item) => item,
        }
    }
}

/// The request of a write, and how to recognize its result.
struct Prepared {
    request: WriteRequest,
    item: SentItem,
}

impl Table {
    /// Encrypts the items to put, and executes at most 25 writes of different items. Returns the outcome of each.
    ///
    /// Unprocessed writes are sent again. Writes that may have been applied are not, because another writer may have
    /// changed the item in between: the item is read instead.
    pub(crate) async fn write_batch(&self, writes: Vec<BatchWrite>, settings: &BatchSettings) -> Vec<Result<()>> {
        let prepared = join_all(writes.into_iter().map(|write| self.prepare(write, settings))).await;
        let mut outcomes: Vec<Option<Result<()>>> = Vec::with_capacity(prepared.len());
        let mut ready = Vec::with_capacity(prepared.len());
        for (position, prepared) in prepared.into_iter().enumerate() {
            match prepared.and_then(|prepared| settings.check().map(|()| prepared)) {
                Ok(prepared) => {
                    ready.push((position, prepared));
                    outcomes.push(None);
                }
                Err(error) => outcomes.push(Some(Err(error))),
            }
        }
        let (positions, ready): (Vec<usize>, Vec<Prepared>) = ready.into_iter().unzip();
        for (position, sent) in positions.into_iter().zip(self.send_each(&ready, settings).await) {
            if let Some(outcome) = outcomes.get_mut(position) {
                *outcome = Some(sent);
            }
        }
        outcomes.into_iter().map(|outcome| outcome.unwrap_or(Ok(()))).collect()
    }

    async fn prepare(&self, write: BatchWrite, settings: &BatchSettings) -> Result<Prepared> {
        match write {
            BatchWrite::Put(item) => self.prepare_put(item, settings).await,
            BatchWrite::PutAs(item, table) => table.prepare_put(item, settings).await,
            BatchWrite::Delete(key) => {
                let item = SentItem::of(self, &key);
                let delete = DeleteRequest::builder().set_key(Some(key)).build().map_err(unbuildable)?;
                Ok(Prepared { request: WriteRequest::builder().delete_request(delete).build(), item })
            }
        }
    }

    async fn prepare_put(&self, item: Item, settings: &BatchSettings) -> Result<Prepared> {
        let _turn = settings.turns().next().await;
        let stored = self.encrypt(item).await?;
        let item = SentItem::of(self, &stored);
        let put = PutRequest::builder().set_item(Some(stored)).build().map_err(unbuildable)?;
        Ok(Prepared { request: WriteRequest::builder().put_request(put).build(), item })
    }

    /// Sends the writes together. If the service rejects one of them, sends each separately, so that the others are
    /// written.
    async fn send_each(&self, writes: &[Prepared], settings: &BatchSettings) -> Vec<Result<()>> {
        let mut outcomes = self.send_prepared(writes, settings).await;
        if writes.len() > 1 {
            for (write, outcome) in writes.iter().zip(&mut outcomes) {
                if outcome.as_ref().is_err_and(Error::is_rejected_value) {
                    let alone = self.send_prepared(std::slice::from_ref(write), settings).await;
                    *outcome = alone.into_iter().next().unwrap_or(Ok(()));
                }
            }
        }
        outcomes
    }

    async fn send_prepared(&self, writes: &[Prepared], settings: &BatchSettings) -> Vec<Result<()>> {
        let mut progress = Progress::of(writes.len());
        let reason = loop {
            if progress.open.is_empty() {
                return writes.iter().map(|_| Ok(())).collect();
            }
            self.back_off(progress.failures, BACKOFF).await;
            let failure = match self.send_batch_write(writes, &progress.open).await {
                Ok(response) => {
                    let unprocessed = self.unprocessed(response);
                    let is_left =
                        |write: &Prepared| self.key.bytes(&write.item.key).is_ok_and(|key| unprocessed.contains(&key));
                    progress.keep(|position| writes.get(position).is_some_and(is_left));
                    None
                }
                Err(Unsent::Unclear(error)) => return self.settle_batch(writes, &progress.open, error, settings).await,
                Err(Unsent::Rejected(error)) if error.is_retryable() => {
                    progress.keep(|_| true);
                    Some(error)
                }
                Err(Unsent::Rejected(error)) => break error,
            };
            if progress.failures >= settings.max_attempts {
                break failure.unwrap_or_else(|| left_undone(progress.failures).with_operation(OPERATION));
            }
        };
        let is_open = |position| progress.open.binary_search(&position).is_ok();
        (0..writes.len())
            .map(|position| if is_open(position) { Err(reason.for_another_caller()) } else { Ok(()) })
            .collect()
    }

    async fn send_batch_write(&self, writes: &[Prepared], open: &[usize]) -> Result<BatchWriteItemOutput, Unsent> {
        let requests = open.iter().filter_map(|position| Some(writes.get(*position)?.request.clone())).collect();
        let attempts = Attempts::new(Repeat::Never);
        let request = self.client.batch_write_item().request_items(&self.name, requests);
        attempts.of(request.send()).await.map_err(|error| {
            let error = from_sdk(OPERATION, error);
            if attempts.were_unclear() { Unsent::Unclear(error) } else { Unsent::Rejected(error) }
        })
    }

    /// Returns the keys of unprocessed writes.
    fn unprocessed(&self, response: BatchWriteItemOutput) -> HashSet<KeyBytes> {
        let requests = response.unprocessed_items.into_iter().flat_map(HashMap::into_values).flatten();
        let key_of = |request: WriteRequest| {
            let item = request.put_request.map(|put| put.item);
            let key = item.or_else(|| request.delete_request.map(|delete| delete.key))?;
            self.key.bytes(&key).ok()
        };
        requests.filter_map(key_of).collect()
    }

    /// Finds out which writes with a lost response were applied: those whose item is stored as sent.
    async fn settle_batch(
        &self,
        writes: &[Prepared],
        open: &[usize],
        error: Error,
        settings: &BatchSettings,
    ) -> Vec<Result<()>> {
        let mut outcomes: Vec<Result<()>> = writes.iter().map(|_| Ok(())).collect();
        let keys: Vec<Item> = open.iter().filter_map(|at| writes.get(*at)).map(|w| w.item.key.clone()).collect();
        let found = self.read_batch(&keys, true, settings).await;
        for (position, found) in open.iter().zip(found) {
            let (Some(write), Some(outcome)) = (writes.get(*position), outcomes.get_mut(*position)) else { continue };
            if !found.is_ok_and(|found| write.item.is(found.as_ref())) {
                *outcome = Err(error.for_another_caller().recast(ErrorKind::OutcomeUnknown, UNCLEAR));
            }
        }
        outcomes
    }
}

/// Why a request did not succeed.
enum Unsent {
    Rejected(Error),
    /// It may have been applied.
    Unclear(Error),
}

fn unbuildable(error: aws_sdk_dynamodb::error::BuildError) -> Error {
    Error::new(ErrorKind::Usage, "the write cannot be described to DynamoDB").with_source(error)
}
