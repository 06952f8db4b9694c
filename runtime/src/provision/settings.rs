//! Settings of a table besides its keys and indexes.

use aws_sdk_dynamodb::types::{BillingMode, ProvisionedThroughput, SseSpecification, SseType, Tag};

use crate::error::{Error, ErrorKind, Result};

/// The key of DynamoDB's encryption at rest, which is in addition to the encryption by this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerSideEncryption {
    /// A key owned by AWS, free of charge: the default of DynamoDB.
    AwsOwned,
    /// The key `aws/dynamodb` of your account in KMS, whose use is recorded in CloudTrail.
    AwsManaged,
    /// A customer managed KMS key, by its ID, ARN, or alias. Disabling it makes the table unusable.
    CustomerManaged(String),
}

/// The billing mode of a table's capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Billing {
    /// On-demand: pay per request.
    OnDemand,
    /// Provisioned: pay per hour for this many capacity units of the table and of each of its global indexes.
    Provisioned {
        /// Strongly consistent reads of up to 4 KB per second.
        read_capacity_units: u32,
        /// Writes of up to 1 KB per second.
        write_capacity_units: u32,
    },
}

/// The settings given explicitly; `None` if a setting was not given.
#[derive(Clone, Debug, Default)]
pub(super) struct TableSettings {
    pub(super) billing: Option<Billing>,
    pub(super) point_in_time_recovery: Option<bool>,
    pub(super) deletion_protection: Option<bool>,
    pub(super) server_side_encryption: Option<ServerSideEncryption>,
    pub(super) tags: Vec<(String, String)>,
}

impl TableSettings {
    #[inline]
    pub(super) fn billing_mode(&self) -> BillingMode {
        match self.billing {
            Some(Billing::Provisioned { .. }) => BillingMode::Provisioned,
            Some(Billing::OnDemand) | None => BillingMode::PayPerRequest,
        }
    }

    /// Returns the throughput of the table and of each of its global indexes.
    #[inline]
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

    #[inline]
    pub(super) fn sse_specification(&self) -> Option<SseSpecification> {
        let kms = SseSpecification::builder().enabled(true).sse_type(SseType::Kms);
        match self.server_side_encryption.as_ref()? {
            ServerSideEncryption::AwsOwned => None,
            ServerSideEncryption::AwsManaged => Some(kms.build()),
            ServerSideEncryption::CustomerManaged(key) => Some(kms.kms_master_key_id(key).build()),
        }
    }

    #[inline]
    pub(super) fn sdk_tags(&self) -> Result<Option<Vec<Tag>>> {
        let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
        let tags = self.tags.iter().map(tag).collect::<Result<Vec<_>, _>>().map_err(|error| {
            Error::new(ErrorKind::Usage, "a tag cannot be described to DynamoDB").with_source(error)
        })?;
        Ok(Some(tags).filter(|tags| !tags.is_empty()))
    }
}

/// Defines the setters of a request that has `settings`, with the meaning of each for the request.
macro_rules! setters {
    ($Request:ident, $billing:literal, $recovery:literal, $protection:literal, $encryption:literal, $tag:literal) => {
        impl $Request {
            #[doc = $billing]
            #[inline]
            pub fn billing(mut self, billing: $crate::provision::Billing) -> Self {
                self.settings.billing = Some(billing);
                self
            }

            #[doc = $recovery]
            #[inline]
            pub fn point_in_time_recovery(mut self, enabled: bool) -> Self {
                self.settings.point_in_time_recovery = Some(enabled);
                self
            }

            #[doc = $protection]
            #[inline]
            pub fn deletion_protection(mut self, enabled: bool) -> Self {
                self.settings.deletion_protection = Some(enabled);
                self
            }

            #[doc = $encryption]
            #[inline]
            pub fn server_side_encryption(mut self, encryption: $crate::provision::ServerSideEncryption) -> Self {
                self.settings.server_side_encryption = Some(encryption);
                self
            }

            #[doc = $tag]
            #[inline]
            pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
                self.settings.tags.push((key.into(), value.into()));
                self
            }
        }
    };
}

pub(super) use setters;
