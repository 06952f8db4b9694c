//! What a table can have besides its keys and indexes.

use aws_sdk_dynamodb::types::{BillingMode, ProvisionedThroughput, SseSpecification, SseType, Tag};

use crate::error::{Error, ErrorKind, Result};

/// The key that DynamoDB encrypts a table with on its disks, under and beside the encryption by this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerSideEncryption {
    /// A key that AWS owns, free of charge: what every table has unless something else is said.
    AwsOwned,
    /// The key `aws/dynamodb` of your account in KMS, whose use is on record in CloudTrail.
    AwsManaged,
    /// A KMS key of your own, by its id, ARN, or alias. Whoever disables it makes the table unusable.
    CustomerManaged(String),
}

/// How a table's capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Billing {
    /// By the request.
    OnDemand,
    /// By the hour, for this many units of capacity of the table and of each of its global indexes.
    Provisioned {
        /// Reads of up to 4 KB per second, strongly consistent.
        read_capacity_units: u32,
        /// Writes of up to 1 KB per second.
        write_capacity_units: u32,
    },
}

/// What was said of each setting. Nothing was said of what is `None`.
#[derive(Clone, Debug, Default)]
pub(super) struct TableSettings {
    pub(super) billing: Option<Billing>,
    pub(super) point_in_time_recovery: Option<bool>,
    pub(super) deletion_protection: Option<bool>,
    pub(super) server_side_encryption: Option<ServerSideEncryption>,
    pub(super) tags: Vec<(String, String)>,
}

impl TableSettings {
    pub(super) fn billing_mode(&self) -> BillingMode {
        match self.billing {
            Some(Billing::Provisioned { .. }) => BillingMode::Provisioned,
            Some(Billing::OnDemand) | None => BillingMode::PayPerRequest,
        }
    }

    /// For the table and for each of its global indexes.
    pub(super) fn throughput(&self) -> Result<Option<ProvisionedThroughput>> {
        let Some(Billing::Provisioned { read_capacity_units, write_capacity_units }) = self.billing else {
            return Ok(None);
        };
        let throughput = ProvisionedThroughput::builder()
            .read_capacity_units(read_capacity_units.into())
            .write_capacity_units(write_capacity_units.into());
        throughput.build().map(Some).map_err(|error| {
            Error::new(ErrorKind::Usage, "the provisioned throughput cannot be described to DynamoDB")
                .with_source(error)
        })
    }

    pub(super) fn sse_specification(&self) -> Option<SseSpecification> {
        let kms = SseSpecification::builder().enabled(true).sse_type(SseType::Kms);
        match self.server_side_encryption.as_ref()? {
            ServerSideEncryption::AwsOwned => None,
            ServerSideEncryption::AwsManaged => Some(kms.build()),
            ServerSideEncryption::CustomerManaged(key) => Some(kms.kms_master_key_id(key).build()),
        }
    }

    pub(super) fn sdk_tags(&self) -> Result<Option<Vec<Tag>>> {
        let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
        let tags = self.tags.iter().map(tag).collect::<Result<Vec<_>, _>>().map_err(|error| {
            Error::new(ErrorKind::Usage, "a tag cannot be described to DynamoDB").with_source(error)
        })?;
        Ok(Some(tags).filter(|tags| !tags.is_empty()))
    }
}

/// The setters of a request that has `settings`, with what each means to it.
macro_rules! setters {
    ($Request:ident, $billing:literal, $recovery:literal, $protection:literal, $encryption:literal, $tag:literal) => {
        impl $Request {
            #[doc = $billing]
            pub fn billing(mut self, billing: $crate::provision::Billing) -> Self {
                self.settings.billing = Some(billing);
                self
            }

            #[doc = $recovery]
            pub fn point_in_time_recovery(mut self, enabled: bool) -> Self {
                self.settings.point_in_time_recovery = Some(enabled);
                self
            }

            #[doc = $protection]
            pub fn deletion_protection(mut self, enabled: bool) -> Self {
                self.settings.deletion_protection = Some(enabled);
                self
            }

            #[doc = $encryption]
            pub fn server_side_encryption(mut self, encryption: $crate::provision::ServerSideEncryption) -> Self {
                self.settings.server_side_encryption = Some(encryption);
                self
            }

            #[doc = $tag]
            pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
                self.settings.tags.push((key.into(), value.into()));
                self
            }
        }
    };
}

pub(super) use setters;
