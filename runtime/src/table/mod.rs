//! One DynamoDB table whose items are encrypted and signed when written, and verified and decrypted when read.

mod attempts;
mod batch;
mod beacons;
mod change_request;
mod client;
mod clock;
mod evaluate;
mod meter;
mod order;
mod outcome;
mod outdated;
mod page;
mod parallel;
mod pause;
mod precondition;
mod repair;
pub(crate) mod schema_version;
mod search;
mod send;
mod snapshot;
mod span;
mod transaction;
mod unsigned;
mod versions;
mod write;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::format::encryptor::ItemEncryptor;
use crate::item::key::names::KeyNames;
use crate::item::limits::check_stored;
use crate::item::{Item, MAX_ITEM_SIZE, item_size};
use crate::schema::action::AttributeActions;
use crate::table::schema_version::OlderVersions;

pub(crate) use batch::{BatchSettings, BatchWrite, ConcurrencyLimit, MAX_GETS, MAX_WRITES};
pub(crate) use beacons::TableBeacons;
pub(crate) use client::client;
pub(crate) use clock::Clock;
pub(crate) use order::Order;
pub(crate) use page::{CommonValue, PagedRead, ReadRequest, StoredPage};
pub(crate) use parallel::{in_parts, side_by_side, tokio_runtime};
pub(crate) use precondition::{Existence, Precondition};
pub(crate) use search::PreparedRead;
pub(crate) use snapshot::{Snapshot, WrittenAs};
pub(crate) use span::{RequestSpan, follow};
pub(crate) use transaction::{
    Action, EncryptedTransaction, MAX_OPERATIONS, Operation, Unfinished, all_or_reasons, explain_cancelled_reads,
};

/// The operations on plain attribute maps on which a typed repository is based.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Created by [`client`].
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) key: KeyNames,
    pub(crate) encryptor: ItemEncryptor,
    pub(crate) actions: AttributeActions,
    pub(crate) context: ItemContext,
    pub(crate) older: OlderVersions,
    pub(crate) clock: Clock,
    pub(crate) beacons: TableBeacons,
}

impl Table {
    /// Returns the same table with this change, which also applies to older versions that share the setting.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut table = self.clone();
        change(&mut table);
        table.older = self.older.iter().map(|reader| Arc::new(reader.for_table(&table))).collect();
        table
    }

    /// Returns the stored item of this key, neither verified nor decrypted.
    pub(crate) async fn read_stored(&self, key: Item, consistent: bool) -> Result<Option<Item>> {
        self.key.check_lengths(&key)?;
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key)).consistent_read(consistent);
        let answer = request.send().await.map_err(|error| from_sdk("GetItem", error))?;
        Ok(answer.item)
    }

    /// Encrypts an item, and rejects items that DynamoDB would reject: invalid values, and too large an item.
    pub(crate) async fn encrypt(&self, item: Item) -> Result<Item> {
        self.encrypt_with(item, &self.actions).await
    }

    /// Encrypts an item that replaces the item of the snapshot, whose writer may have used attributes that the table
    /// does not know.
    pub(crate) async fn encrypt_again(&self, before: &Snapshot, item: Item) -> Result<Item> {
        if let WrittenAs::Older(version) = &before.written
            && !version.is_read()
        {
            self.warn(&version.name, "an item was not written anew: its version is no longer read");
            return Err(Error::integrity());
        }
        let actions = before.actions(self, &item);
        self.encrypt_with(item, &actions).await
    }

    async fn encrypt_with(&self, mut item: Item, actions: &AttributeActions) -> Result<Item> {
        let beacons = match self.beacons.ready()? {
            Some(beacons) => beacons.compute(&mut item, &self.key).await?,
            None => Vec::new(),
        };
        self.key.check_lengths(&item)?;
        let plain_size = item_size(&item);
        let mut stored = self.encryptor.encrypt_for_table(item, actions, &self.context).await?;
        stored.extend(beacons);
        if let Some(beacons) = self.beacons.ready()? {
            beacons.check_tenant_of(&stored)?;
        }
        check_stored(&stored)?;
        let size = item_size(&stored);
        if size <= MAX_ITEM_SIZE {
            return Ok(stored);
        }
        Err(Error::new(
            ErrorKind::TooLarge,
            format!(
                "the item has {size} bytes after encryption ({plain_size} before), DynamoDB stores at most {MAX_ITEM_SIZE}"
            ),
        ))
    }

    /// Verifies and decrypts an item of this table, or of one of its older versions.
    pub(crate) async fn decrypt(&self, stored: Item) -> Result<Item> {
        let mut item = match self.older.is_empty() {
            true => self.decrypt_current(stored).await?,
            false => self.decrypt_any(stored).await?.0,
        };
        self.beacons.strip(&mut item, &self.key);
        Ok(item)
    }

    /// As [`decrypt`](Self::decrypt), together with everything that is needed to change the item safely later.
    pub(crate) async fn open(&self, stored: Item) -> Result<(Item, Snapshot)> {
        if self.older.is_empty() {
            let snapshot = self.snapshot(&stored).ok_or_else(Error::integrity)?;
            let mut item = self.decrypt_current(stored).await?;
            self.beacons.strip(&mut item, &self.key);
            return Ok((item, snapshot));
        }
        let before = stored.clone();
        let (mut item, written) = self.decrypt_any(stored).await?;
        self.beacons.strip(&mut item, &self.key);
        let snapshot = Snapshot::of(self, &before, written).ok_or_else(Error::integrity)?;
        Ok((item, snapshot))
    }

    async fn decrypt_current(&self, stored: Item) -> Result<Item> {
        self.encryptor.decrypt(stored, &self.actions, &self.context).await
    }

    /// Returns the snapshot of an item that this table wrote, to change it safely later; `None` if it has no signature.
    pub(crate) fn snapshot(&self, stored: &Item) -> Option<Snapshot> {
        Snapshot::of(self, stored, WrittenAs::Current)
    }

    fn is_key(&self, name: &str) -> bool {
        self.key.contain(name)
    }

    /// Returns whether encryption adds an attribute of this name.
    pub(crate) fn is_added(&self, name: &str) -> bool {
        self.encryptor.owns(name)
    }
}
