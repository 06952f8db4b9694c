//! BatchGetItem.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::item::key::names::KeyBytes;
use crate::table::Table;

use super::{BACKOFF, BatchSettings, Progress, left_undone};

const OPERATION: &str = "BatchGetItem";

impl Table {
    /// Returns the stored items of these distinct keys, at most 100, neither verified nor decrypted.
    pub(crate) async fn read_batch(
        &self,
        keys: &[Item],
        consistent: bool,
        settings: &BatchSettings,
    ) -> Vec<Result<Option<Item>>> {
        if keys.is_empty() {
            return Vec::new();
        }
        let mut batch = match Batch::new(self, keys).and_then(|batch| settings.check().map(|()| batch)) {
            Ok(batch) => batch,
            Err(error) => return keys.iter().map(|_| Err(error.for_another_caller())).collect(),
        };
        let mut progress = Progress::of(keys.len());
        let reason = loop {
            self.back_off(progress.failures, BACKOFF).await;
            let failure = match self.send_batch_get(keys, &progress.open, consistent).await {
                Ok(response) => {
                    let unprocessed = batch.take(self, response, &progress.open);
                    progress.keep(|position| unprocessed.get(position).is_some_and(|is_left| *is_left));
                    None
                }
                Err(error) if error.is_retryable() => {
                    progress.keep(|_| true);
                    Some(error)
                }
                Err(error) => break error,
            };
            if progress.open.is_empty() || progress.failures >= settings.max_attempts {
                break failure.unwrap_or_else(|| left_undone(progress.failures).with_operation(OPERATION));
            }
        };
        for position in progress.open {
            batch.settle(position, Err(reason.for_another_caller()));
        }
        batch.outcomes.into_iter().map(|outcome| outcome.unwrap_or(Ok(None))).collect()
    }

    async fn send_batch_get(&self, keys: &[Item], open: &[usize], consistent: bool) -> Result<BatchGetItemOutput> {
        let wanted = open.iter().filter_map(|position| keys.get(*position).cloned()).collect();
        let wanted = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(consistent).build();
        let wanted = wanted.map_err(|error| Error::new(ErrorKind::Usage, "the keys are invalid").with_source(error))?;
        let request = self.client.batch_get_item().request_items(&self.name, wanted);
        request.send().await.map_err(|error| from_sdk(OPERATION, error))
    }
}

/// The results so far, by key.
struct Batch {
    positions: HashMap<KeyBytes, usize>,
    outcomes: Vec<Option<Result<Option<Item>>>>,
}

impl Batch {
    fn new(table: &Table, keys: &[Item]) -> Result<Self> {
        let positions = keys.iter().enumerate().map(|(position, key)| Ok((table.key.bytes(key)?, position)));
        Ok(Self { positions: positions.collect::<Result<_>>()?, outcomes: keys.iter().map(|_| None).collect() })
    }

    /// Records the items of a response, and returns for each position whether it was left unprocessed.
    ///
    /// If the response contains an item that was not requested, the missing items are suspicious, too: the server may
    /// have exchanged them.
    fn take(&mut self, table: &Table, response: BatchGetItemOutput, requested: &[usize]) -> Vec<bool> {
        let position_of = |key: &Item| table.key.bytes(key).ok().and_then(|bytes| self.positions.get(&bytes).copied());
        let mut unprocessed = vec![false; self.outcomes.len()];
        for keys in response.unprocessed_keys.into_iter().flat_map(HashMap::into_values) {
            for position in keys.keys().iter().filter_map(position_of) {
                if let Some(is_left) = unprocessed.get_mut(position) {
                    *is_left = true;
                }
            }
        }
        let items = response.responses.into_iter().flat_map(HashMap::into_values).flatten();
        let items: Vec<_> = items.map(|item| (position_of(&item), item)).collect();
        let has_stranger = items.iter().any(|(position, _)| position.is_none_or(|found| !requested.contains(&found)));
        for (position, item) in items {
            if let Some(position) = position {
                self.settle(position, Ok(Some(item)));
            }
        }
        for position in requested.iter().filter(|_| has_stranger) {
            if unprocessed.get(*position) == Some(&false) {
                self.settle(*position, Err(Error::integrity()));
            }
        }
        unprocessed
    }

    /// Keeps the first outcome.
    fn settle(&mut self, position: usize, outcome: Result<Option<Item>>) {
        if let Some(known) = self.outcomes.get_mut(position) {
            known.get_or_insert(outcome);
        }
    }
}
