//! The state of a table as DynamoDB reports it.

use std::collections::BTreeMap;
use std::fmt;

use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, TableDescription, TimeToLiveStatus};

use crate::aws::permission;
use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::table::Table;

/// The state of a table.
pub(super) struct Live {
    pub(super) description: TableDescription,
    pub(super) time_to_live: Answer<Option<String>>,
    pub(super) point_in_time_recovery: Answer<bool>,
    pub(super) tags: Answer<BTreeMap<String, String>>,
}

/// A response to a request that some stores do not support and some credentials may not make.
pub(super) enum Answer<T> {
    Known(T),
    Unknown(Reason),
}

/// Why there is no response.
#[derive(Debug)]
pub(super) enum Reason {
    /// The store does not support this operation.
    NotSupported,
    /// The credentials lack the permission.
    Denied(&'static str),
}

impl Live {
    #[inline]
    pub(super) async fn of(table: &Table, with_tags: bool) -> Result<Self> {
        let description = describe(table).await?;
        let tags = match description.table_arn() {
            Some(arn) if with_tags => tags(table, arn).await?,
            _ => Answer::Known(BTreeMap::new()),
        };
        Ok(Self {
            time_to_live: time_to_live(table).await?,
            point_in_time_recovery: point_in_time_recovery(table).await?,
            tags,
            description,
        })
    }
}

#[inline]
async fn describe(table: &Table) -> Result<TableDescription> {
    let response = table.client.describe_table().table_name(&table.name).send().await;
    let description = response.map_err(|error| from_sdk("DescribeTable", error))?.table;
    description
        .ok_or_else(|| Error::new(ErrorKind::Unavailable, "the response does not describe a table; check the endpoint"))
}

#[inline]
async fn time_to_live(table: &Table) -> Result<Answer<Option<String>>> {
    const OPERATION: &str = "DescribeTimeToLive";

    let response = table.client.describe_time_to_live().table_name(&table.name).send().await;
    response_or_reason(OPERATION, response.map_err(|error| from_sdk(OPERATION, error)), |response| {
        let description = response.time_to_live_description?;
        match description.time_to_live_status? {
            TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling => description.attribute_name,
            _ => None,
        }
    })
}

#[inline]
async fn point_in_time_recovery(table: &Table) -> Result<Answer<bool>> {
    const OPERATION: &str = "DescribeContinuousBackups";

    let response = table.client.describe_continuous_backups().table_name(&table.name).send().await;
    response_or_reason(OPERATION, response.map_err(|error| from_sdk(OPERATION, error)), |response| {
        let backups = response.continuous_backups_description;
        let status =
            backups.and_then(|backups| backups.point_in_time_recovery_description?.point_in_time_recovery_status);
        status == Some(PointInTimeRecoveryStatus::Enabled)
    })
}

#[inline]
async fn tags(table: &Table, arn: &str) -> Result<Answer<BTreeMap<String, String>>> {
    const OPERATION: &str = "ListTagsOfResource";

    let mut tags = BTreeMap::new();
    let mut next_token = None;
    loop {
        let request = table.client.list_tags_of_resource().resource_arn(arn).set_next_token(next_token);
        let response = request.send().await.map_err(|error| from_sdk(OPERATION, error));
        let page = match response_or_reason(OPERATION, response, |page| page)? {
            Answer::Known(page) => page,
            Answer::Unknown(reason) => return Ok(Answer::Unknown(reason)),
        };
        tags.extend(page.tags.into_iter().flatten().map(|tag| (tag.key, tag.value)));
        if page.next_token.is_none() {
            return Ok(Answer::Known(tags));
        }
        next_token = page.next_token;
    }
}

#[inline]
fn response_or_reason<A, T>(
    operation: &'static str,
    response: Result<A>,
    read: impl FnOnce(A) -> T,
) -> Result<Answer<T>> {
    let error = match response {
        Ok(response) => return Ok(Answer::Known(read(response))),
        Err(error) => error,
    };
    match error.aws_code() {
        Some("UnknownOperationException") => Ok(Answer::Unknown(Reason::NotSupported)),
        Some("AccessDeniedException") => Ok(Answer::Unknown(Reason::Denied(operation))),
        _ => Err(error),
    }
}

impl Reason {
    /// Returns how to get a response.
    #[inline]
    pub(super) fn advice(&self) -> String {
        match self {
            Self::NotSupported => "this store does not have it; check the table in DynamoDB itself".to_owned(),
            Self::Denied(operation) => {
                let (permission, purpose) = permission::needed(operation);
                format!("allow {permission} on the table to these credentials, to {purpose}")
            }
        }
    }
}

impl fmt::Display for Reason {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSupported => "not known here",
            Self::Denied(_) => "not known, since access was denied",
        })
    }
}
