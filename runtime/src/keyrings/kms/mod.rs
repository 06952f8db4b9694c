//! Keys in AWS KMS.

mod calls;
mod discovery;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
mod ecdh;
pub(crate) mod filter;
mod multi;
mod named;
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
mod rsa;

use super::delegate::delegate_keyring;
pub use discovery::{KmsDiscoveryKeyring, KmsMrkDiscoveryKeyring};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub use ecdh::KmsEcdhKeyring;
pub use filter::DiscoveryFilter;
pub use named::{KmsKeyring, KmsMrkKeyring};
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
pub use rsa::{KmsRsaAlgorithm, KmsRsaKeyring};

#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
use crate::aws::kms::key_arn::KeyArn;
#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
use crate::error::{Error, ErrorKind, Result};

/// The provider id of recipients with a symmetric key in AWS KMS; the provider info is the key's ARN.
const PROVIDER: &str = "aws-kms";

/// KMS takes at most 10: <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>.
const MAX_GRANT_TOKENS: usize = 10;

/// The settings of a keyring's calls to KMS.
macro_rules! service_setters {
    () => {
        /// Sends a grant token with every call. Several may be added, at most
        /// [10](https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html); more are `Usage` when the keyring is used.
        #[must_use]
        #[inline]
        pub fn grant_token(mut self, token: impl Into<String>) -> Self {
            self.0.service.grant_tokens.push(token.into());
            self
        }

        /// Uses this client for keys of this Region, instead of a copy of the keyring's client for it.
        #[must_use]
        #[inline]
        pub fn regional_client(mut self, region: impl Into<String>, client: aws_sdk_kms::Client) -> Self {
            self.0.service.clients.give(region.into(), client);
            self
        }

        /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
        #[must_use]
        #[inline]
        pub fn allow_http(mut self, host: crate::danger::AllowedHost) -> Self {
            self.0.service.clients.allow_http(host);
            self
        }
    };
}
use service_setters;

/// Returns the ARN that names a key pair.
#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
#[inline]
fn key_arn(text: &str) -> Result<KeyArn> {
    KeyArn::parse(text).ok_or_else(|| {
        Error::new(
            ErrorKind::Usage,
            format!("{text:?} is not the ARN of a KMS key; give arn:aws:kms:REGION:ACCOUNT:key/ID"),
        )
    })
}
