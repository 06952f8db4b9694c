//! One function for each aspect that can differ.

use aws_sdk_dynamodb::types::{BillingMode, SseStatus, TableDescription, TableStatus};

use crate::provision::settings::{Billing, ServerSideEncryption, TableSettings};
use crate::provision::table_schema::TableSchema;

use super::indexes::{check_indexes, described_key, expected_key};
use super::live::{Answer, Live};
use super::report::{Aspect, Difference, Severity, difference};

#[inline]
pub(super) fn all(schema: &TableSchema, settings: &TableSettings, live: &Live) -> Vec<Difference> {
    let table = &live.description;
    let mut differences = Vec::new();
    differences.extend(check_status(table));
    differences.extend(check_key(schema, table));
    differences.extend(check_indexes(schema, table));
    differences.extend(check_time_to_live(schema, &live.time_to_live));
    differences.extend(check_billing(settings, table));
    differences.extend(check_point_in_time_recovery(settings, &live.point_in_time_recovery));
    differences.extend(check_deletion_protection(settings, table));
    differences.extend(check_server_side_encryption(settings, table));
    differences.extend(check_tags(settings, live));
    differences
}

#[inline]
fn check_status(table: &TableDescription) -> Option<Difference> {
    let inaccessible = table.sse_description().and_then(|sse| sse.inaccessible_encryption_date_time()).is_some();
    let status = match table.table_status()? {
        TableStatus::Active | TableStatus::Updating if inaccessible => TableStatus::InaccessibleEncryptionCredentials,
        TableStatus::Active | TableStatus::Updating => return None,
        status => status.clone(),
    };
    let advice = match status {
        TableStatus::InaccessibleEncryptionCredentials => {
            "DynamoDB cannot use the KMS key that the table is encrypted with on its disks: enable the key, cancel its \
             deletion, or restore its policy and grants. After seven days DynamoDB archives the table"
        }
        TableStatus::Archiving | TableStatus::Archived => {
            "its KMS key could not be used for more than seven days; restore the table from the backup that DynamoDB made"
        }
        TableStatus::Creating => "wait until it is created",
        _ => "requests are rejected; see the table's status in the DynamoDB console",
    };
    Some(difference(Severity::Error, Aspect::Status, "ACTIVE", status.as_str(), advice))
}

#[inline]
fn check_key(schema: &TableSchema, table: &TableDescription) -> Option<Difference> {
    let expected = expected_key(schema.key.partition_key, schema.key.sort_key);
    let found = described_key(table.key_schema(), table);
    (expected != found).then(|| {
        let advice = "the key of a table cannot be changed: correct the annotations or the table's name, or create another \
                      table and move the items";
        difference(Severity::Error, Aspect::KeySchema, &expected, &found, advice)
    })
}

#[inline]
fn check_time_to_live(schema: &TableSchema, live: &Answer<Option<String>>) -> Option<Difference> {
    let expected = schema.time_to_live;
    let text = |attribute: Option<&str>| attribute.map_or("off".to_owned(), |name| format!("attribute {name:?}"));
    let live = match live {
        Answer::Known(live) => live.as_deref(),
        Answer::Unknown(reason) => {
            let severity = if expected.is_some() { Severity::Warning } else { Severity::Notice };
            return Some(difference(
                severity,
                Aspect::TimeToLive,
                &text(expected),
                &reason.to_string(),
                reason.advice(),
            ));
        }
    };
    let advice = match (expected, live) {
        (expected, live) if expected == live => return None,
        (Some(_), None) => "switch it on with UpdateTimeToLive, or items stay forever",
        (Some(_), Some(_)) => "switch it off, wait an hour, and switch it on for the other attribute",
        _ => "mark the field with #[item(ttl)] if items shall expire, or switch it off before items are deleted",
    };
    Some(difference(Severity::Warning, Aspect::TimeToLive, &text(expected), &text(live), advice))
}

#[inline]
fn check_billing(settings: &TableSettings, table: &TableDescription) -> Option<Difference> {
    let expected = settings.billing?;
    let units = |units: Option<i64>| units.and_then(|units| u32::try_from(units).ok()).unwrap_or_default();
    let throughput = table.provisioned_throughput();
    // Tables that were always provisioned have no billing mode summary.
    let found = match table.billing_mode_summary().and_then(|summary| summary.billing_mode()) {
        Some(BillingMode::PayPerRequest) => Billing::OnDemand,
        _ => Billing::Provisioned {
            read_capacity_units: units(throughput.and_then(|throughput| throughput.read_capacity_units())),
            write_capacity_units: units(throughput.and_then(|throughput| throughput.write_capacity_units())),
        },
    };
    let advice = "change it with UpdateTable; if it is scaled automatically, do not name it here";
    (expected != found)
        .then(|| difference(Severity::Warning, Aspect::Billing, &billing_text(expected), &billing_text(found), advice))
}

#[inline]
fn billing_text(billing: Billing) -> String {
    match billing {
        Billing::OnDemand => "on demand".to_owned(),
        Billing::Provisioned { read_capacity_units, write_capacity_units } => {
            format!("{read_capacity_units} read and {write_capacity_units} write units")
        }
    }
}

#[inline]
fn check_point_in_time_recovery(settings: &TableSettings, live: &Answer<bool>) -> Option<Difference> {
    let expected = settings.point_in_time_recovery;
    match live {
        Answer::Known(found) => check_switch(
            Aspect::PointInTimeRecovery,
            expected,
            *found,
            "enable it with UpdateContinuousBackups: encryption does not protect against deletion and errors",
        ),
        Answer::Unknown(reason) => {
            let severity = if expected == Some(true) { Severity::Warning } else { Severity::Notice };
            let found = reason.to_string();
            Some(difference(
                severity,
                Aspect::PointInTimeRecovery,
                on_off(expected.unwrap_or(true)),
                &found,
                reason.advice(),
            ))
        }
    }
}

#[inline]
fn check_deletion_protection(settings: &TableSettings, table: &TableDescription) -> Option<Difference> {
    check_switch(
        Aspect::DeletionProtection,
        settings.deletion_protection,
        table.deletion_protection_enabled().unwrap_or(false),
        "switch it on with UpdateTable: one wrong call deletes the table otherwise",
    )
}

/// Compares a setting that should usually be on: being on is a difference only if off was expected.
#[inline]
fn check_switch(aspect: Aspect, expected: Option<bool>, found: bool, switch_on: &'static str) -> Option<Difference> {
    let (severity, advice) = match (expected, found) {
        (Some(expected), found) if expected == found => return None,
        (None, true) => return None,
        (Some(true), _) => (Severity::Warning, switch_on),
        (None, false) => (Severity::Notice, switch_on),
        (Some(false), _) => (Severity::Notice, "it is enabled although it was not requested, which does no harm"),
    };
    Some(difference(severity, aspect, on_off(expected.unwrap_or(true)), on_off(found), advice))
}

#[inline]
fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

#[inline]
fn check_server_side_encryption(settings: &TableSettings, table: &TableDescription) -> Option<Difference> {
    let expected = settings.server_side_encryption.as_ref()?;
    let found = table.sse_description().filter(|sse| sse.status() != Some(&SseStatus::Disabled));
    let arn = found.map(|sse| sse.kms_master_key_arn().unwrap_or("a KMS key"));
    let (severity, advice) = match (expected, arn) {
        (ServerSideEncryption::AwsOwned, None) => return None,
        (ServerSideEncryption::CustomerManaged(key), Some(arn)) if names(key, arn) => return None,
        (ServerSideEncryption::CustomerManaged(key), Some(_)) if key.contains("alias/") => {
            (Severity::Notice, "look up in KMS whether the alias points to this key")
        }
        (ServerSideEncryption::AwsManaged, Some(_)) => {
            (Severity::Notice, "look up in KMS whether this is the key of the alias aws/dynamodb")
        }
        _ => (Severity::Warning, "change it with UpdateTable, which takes effect without downtime"),
    };
    let expected = match expected {
        ServerSideEncryption::AwsOwned => "a key that AWS owns".to_owned(),
        ServerSideEncryption::AwsManaged => "the key aws/dynamodb".to_owned(),
        ServerSideEncryption::CustomerManaged(key) => format!("the key {key:?}"),
    };
    let found = arn.map_or("a key that AWS owns".to_owned(), |arn| format!("the key {arn:?}"));
    Some(difference(severity, Aspect::ServerSideEncryption, &expected, &found, advice))
}

/// Returns whether `key`, an ARN or an ID, is the key of this ARN.
#[inline]
fn names(key: &str, arn: &str) -> bool {
    key == arn || arn.rsplit_once(":key/").is_some_and(|(_, id)| id == key)
}

#[inline]
fn check_tags(settings: &TableSettings, live: &Live) -> Vec<Difference> {
    let missing = |key: &str, value: &str, found: &str, advice: String| {
        difference(Severity::Warning, Aspect::Tag(key.to_owned()), &format!("{value:?}"), found, advice)
    };
    let check = |(key, value): &(String, String)| match &live.tags {
        Answer::Known(tags) => match tags.get(key) {
            Some(found) if found == value => None,
            Some(found) => Some(missing(key, value, &format!("{found:?}"), "change it with TagResource".to_owned())),
            None => Some(missing(key, value, "none", "add it with TagResource".to_owned())),
        },
        Answer::Unknown(reason) => Some(missing(key, value, &reason.to_string(), reason.advice())),
    };
    settings.tags.iter().filter_map(check).collect()
}
