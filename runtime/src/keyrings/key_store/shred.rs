//! Deletes a branch key permanently.

use futures_util::TryStreamExt as _;

use crate::aws::audit;
use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, Result};
use crate::item::Item;

use super::KeyStore;
use super::info::records;
use super::record::{self, check_id, shown};

/// The result of [`shred`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShredReport {
    /// The branch key's identifier.
    pub id: String,
    /// The number of records that this call deleted, which is 0 if an earlier call had finished.
    pub deleted_records: usize,
    /// Whether this call continued an earlier one.
    pub was_begun: bool,
    /// Places where DynamoDB may keep copies of the deleted records, according to the table's settings, each with what
    /// to do about it. They can restore the branch key.
    pub copies: Vec<String>,
    /// Settings of the table that could not be read, so that [`copies`](Self::copies) may be incomplete.
    pub unknown: Vec<String>,
}

/// Deletes every version of a branch key and its beacon key permanently: crypto-shredding. Items that were encrypted
/// with it can no longer be decrypted, including those in backups of their table.
///
/// First a tombstone is written, a record of the type `dynaseal:SHREDDED`, which remains: this crate does not create a
/// branch key with the same identifier again. AWS's clients do not know the tombstone, and would. Then the record of
/// the active version is deleted, then the other versions, and the beacon key. Calling again continues a call that
/// failed. Processes with cached keys continue to use them until the TTL of their keyring has passed.
///
/// Unencrypted attributes stay readable, including the keys of items. So do the beacons of encrypted ones, which reveal
/// equal values to a party that still has them.
///
/// Shredding is defeated by another recipient of the same items, as in a
/// [`MultiKeyring`](crate::keyrings::MultiKeyring); by copies of the items in the older format or in plaintext; and by
/// every copy of the key store: backups and point-in-time recovery, streams, exports and replicas in other Regions. The
/// report lists those that the table's settings show. AWS KMS itself keeps nothing of a branch key; deleting a KMS key
/// destroys every branch key under it.
///
/// **Weakens:** the guarantee that no failure of this crate loses data. The items cannot be restored.
///
/// ```
/// use dynaseal::danger;
/// use dynaseal::keyrings::KeyStore;
///
/// # async fn example(key_store: KeyStore) -> dynaseal::Result<()> {
/// let report = danger::shred(&key_store, "tenant-7").await?;
/// for copy in report.copies {
///     println!("still there: {copy}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Materials` if there is no record of this identifier, or the table rejects the call, which needs the permissions for
/// Query, PutItem and DeleteItem; `Usage` if the identifier is empty or longer than 2,048 bytes; and `Throttled` or
/// `Unavailable`, after which calling again continues.
#[inline]
pub async fn shred(key_store: &KeyStore, id: impl AsRef<str> + Send) -> Result<ShredReport> {
    let id = id.as_ref();
    check_id(id)?;
    let found = types(key_store, id).await?;
    if found.is_empty() {
        return Err(Error::absent_keys(format!(
            "the key store's table {:?} has no records of branch key {:?}; nothing was shredded",
            key_store.table_name,
            shown(id)
        )));
    }
    let was_begun = found.iter().any(|found| found == record::SHREDDED);
    if !was_begun {
        let tombstone = record::tombstone(id)?;
        let request = key_store.client.put_item().table_name(&key_store.table_name).set_item(Some(tombstone));
        request.send().await.map_err(|error| key_store.explain(from_sdk("PutItem", error)))?;
    }
    // From here on no version can be created, and the query finds those that were created since.
    delete(key_store, id, record::ACTIVE).await?;
    let rest = types(key_store, id).await?;
    let rest: Vec<&String> = rest.iter().filter(|rest| *rest != record::SHREDDED).collect();
    for record_type in &rest {
        delete(key_store, id, record_type).await?;
    }
    audit::branch_key_changed("Shred", id, "all", &key_store.logical_name);
    let had_active = found.iter().any(|found| found == record::ACTIVE);
    let (copies, unknown) = copies(key_store).await;
    Ok(ShredReport {
        id: id.to_owned(),
        deleted_records: rest.len() + usize::from(had_active),
        was_begun,
        copies,
        unknown,
    })
}

/// Returns the types of a branch key's records.
#[inline]
async fn types(key_store: &KeyStore, id: &str) -> Result<Vec<String>> {
    let record_type =
        |record: Item| async move { Ok(record.get(record::TYPE).and_then(|value| value.as_s().ok().cloned())) };
    records(key_store, id).try_filter_map(record_type).try_collect().await
}

#[inline]
async fn delete(key_store: &KeyStore, id: &str, record_type: &str) -> Result<()> {
    let key = record::key(id, record_type.to_owned());
    let request = key_store.client.delete_item().table_name(&key_store.table_name).set_key(Some(key));
    request.send().await.map(drop).map_err(|error| key_store.explain(from_sdk("DeleteItem", error)))
}

/// Returns the places of copies of the key store's records, and the settings that could not be read.
#[inline]
async fn copies(key_store: &KeyStore) -> (Vec<String>, Vec<String>) {
    let (mut copies, mut unknown) = (Vec::new(), Vec::new());
    let name = &key_store.table_name;
    match key_store.client.describe_table().table_name(name).send().await {
        Ok(response) => {
            let table = response.table.unwrap_or_else(|| aws_sdk_dynamodb::types::TableDescription::builder().build());
            if table.stream_specification().is_some_and(|stream| stream.stream_enabled()) {
                copies.push(
                    "the table's stream has the records for 24 hours, and longer where it is consumed".to_owned(),
                );
            }
            let replicas = table.replicas().iter().filter_map(|replica| replica.region_name()).collect::<Vec<_>>();
            if !replicas.is_empty() {
                let replicas = replicas.join(", ");
                copies.push(format!("replicas of the table in {replicas}; see there that the records are gone"));
            }
        }
        Err(_) => unknown.push("streams and replicas (dynamodb:DescribeTable)".to_owned()),
    }
    match key_store.client.describe_continuous_backups().table_name(name).send().await {
        Ok(response) => {
            let recovery = response.continuous_backups_description().and_then(|backups| {
                let recovery = backups.point_in_time_recovery_description()?;
                let is_on = recovery.point_in_time_recovery_status().is_some_and(|status| status.as_str() == "ENABLED");
                is_on.then(|| recovery.recovery_period_in_days().unwrap_or(35))
            });
            if let Some(days) = recovery {
                copies.push(format!("point-in-time recovery can restore the records for {days} days"));
            }
        }
        Err(_) => unknown.push("point-in-time recovery (dynamodb:DescribeContinuousBackups)".to_owned()),
    }
    match key_store.client.list_backups().table_name(name).send().await {
        Ok(response) if response.backup_summaries().is_empty() => {}
        Ok(response) => {
            let count = response.backup_summaries().len();
            copies.push(format!("{count} backups of the table or more can restore the records; delete them"));
        }
        Err(_) => unknown.push("backups (dynamodb:ListBackups)".to_owned()),
    }
    (copies, unknown)
}
