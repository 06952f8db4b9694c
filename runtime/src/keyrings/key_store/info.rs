//! Properties of a key store and its branch keys that are visible without any key.

use std::collections::BTreeMap;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _};

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, Result};
use crate::item::{AttributeValue, Item};

use super::KeyStore;
use super::record::{self, check_id, shown};

/// The configuration of a [`KeyStore`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyStoreInfo {
    /// The name of the DynamoDB table.
    pub table_name: String,
    /// The name that every branch key is bound to.
    pub logical_name: String,
    /// A description of the KMS key that protects the records.
    pub kms: String,
}

/// The unencrypted contents of a branch key's records. They are not verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BranchKeyInfo {
    /// The identifier.
    pub id: String,
    /// The active version, which encrypts new items; `None` if there is no such record.
    pub active_version: Option<String>,
    /// Every version, the oldest first.
    pub versions: Vec<String>,
    /// Whether there is a beacon key.
    pub has_beacon_key: bool,
    /// The ARN of the KMS key that protects the active version.
    pub kms_arn: Option<String>,
    /// The creation time of the active version, in ISO 8601.
    pub create_time: Option<String>,
    /// The encryption context that the branch key was created with.
    pub encryption_context: BTreeMap<String, String>,
    /// Whether there is a tombstone: the branch key was shredded, or shredding has begun.
    pub is_shredded: bool,
}

#[inline]
pub(super) async fn describe(store: &KeyStore, id: &str) -> Result<BranchKeyInfo> {
    check_id(id)?;
    let mut branch_keys = collect(records(store, id)).await?;
    branch_keys.pop().ok_or_else(|| {
        Error::absent_keys(format!(
            "the key store's table {:?} has no records of branch key {:?}",
            store.table_name,
            shown(id)
        ))
    })
}

#[inline]
pub(super) async fn list(store: &KeyStore) -> Result<Vec<BranchKeyInfo>> {
    let pages = store.client.scan().table_name(&store.table_name).consistent_read(true).into_paginator().items().send();
    let pages = futures_util::stream::unfold(pages, |mut pages| async { Some((pages.next().await?, pages)) });
    collect(pages.map_err(|error| store.explain(from_sdk("Scan", error)))).await
}

/// Returns every record of a branch key.
#[inline]
pub(super) fn records<'a>(store: &'a KeyStore, id: &str) -> impl Stream<Item = Result<Item>> + use<'a> {
    let request = store
        .client
        .query()
        .table_name(&store.table_name)
        .key_condition_expression("#id = :id")
        .expression_attribute_names("#id", record::ID)
        .expression_attribute_values(":id", AttributeValue::S(id.to_owned()))
        .consistent_read(true);
    let pages = request.into_paginator().items().send();
    let items = futures_util::stream::unfold(pages, |mut pages| async { Some((pages.next().await?, pages)) });
    items.map(|item| item.map_err(|error| store.explain(from_sdk("Query", error))))
}

#[inline]
async fn collect(records: impl Stream<Item = Result<Item>>) -> Result<Vec<BranchKeyInfo>> {
    let branch_keys: BTreeMap<String, Builder> = records
        .try_fold(BTreeMap::new(), |mut branch_keys: BTreeMap<String, Builder>, record| async move {
            if let Some(id) = text(&record, record::ID) {
                branch_keys.entry(id.to_owned()).or_default().add(&record);
            }
            Ok(branch_keys)
        })
        .await?;
    Ok(branch_keys.into_iter().map(|(id, builder)| builder.finish(id)).collect())
}

#[derive(Default)]
struct Builder {
    info: BranchKeyInfo,
    /// The versions with their creation times.
    versions: Vec<(String, String)>,
}

impl Builder {
    #[inline]
    fn add(&mut self, record: &Item) {
        let record_type = text(record, record::TYPE).unwrap_or_default();
        let create_time = text(record, record::CREATE_TIME).unwrap_or_default();
        if let Some(version) = record_type.strip_prefix(record::VERSION_PREFIX) {
            self.versions.push((create_time.to_owned(), version.to_owned()));
        }
        match record_type {
            record::ACTIVE => {
                let version = text(record, "version").and_then(|text| text.strip_prefix(record::VERSION_PREFIX));
                self.info.active_version = version.map(str::to_owned);
                self.info.kms_arn = text(record, record::KMS_ARN).map(str::to_owned);
                self.info.create_time = Some(create_time.to_owned());
                let custom = record.iter().filter_map(|(name, value)| {
                    Some((name.strip_prefix(record::CUSTOM)?.to_owned(), value.as_s().ok()?.clone()))
                });
                self.info.encryption_context = custom.collect();
            }
            record::BEACON => self.info.has_beacon_key = true,
            record::SHREDDED => self.info.is_shredded = true,
            _ => {}
        }
    }

    #[inline]
    fn finish(mut self, id: String) -> BranchKeyInfo {
        self.versions.sort_unstable();
        BranchKeyInfo { id, versions: self.versions.into_iter().map(|(_, version)| version).collect(), ..self.info }
    }
}

#[inline]
fn text<'a>(record: &'a Item, name: &str) -> Option<&'a str> {
    record.get(name)?.as_s().ok().map(String::as_str)
}
