//! A double of AWS KMS inside the process, behind the SDK's ordinary client.
//!
//! It encrypts with AES-256-GCM, checks encryption contexts, and supports disabled keys, keys pending deletion,
//! aliases, multi-Region keys and grants. Through a client it supports `GenerateDataKey`,
//! `GenerateDataKeyWithoutPlaintext`, `Encrypt`, `Decrypt`, `ReEncrypt` and `DescribeKey`, and `GetPublicKey` and
//! `DeriveSharedSecret` for RSA keys and keys for key agreement; keys are managed with the methods of [`Kms`]. It
//! throttles, delays and fails on request, and records every call.
//!
//! ```
//! use dynaseal::testing::kms::Kms;
//!
//! let kms = Kms::new();
//! let key = kms.create_key("us-east-1");
//! kms.create_alias("us-east-1", "alias/employees", &key);
//! let client: aws_sdk_kms::Client = kms.client("us-east-1");
//! ```
//!
//! <div class="warning">
//!
//! A test double, not an emulator: one account, no policies beyond grants and
//! [`revoke_access`](Kms::revoke_access), no signatures, no key rotation, no authentication.
//!
//! </div>

#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
mod asymmetric;
mod ciphertext;
mod faults;
mod keys;
mod operations;
mod rejection;
mod transport;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, IdentityCache, Region, StalledStreamProtectionConfig};
use zeroize::Zeroizing;

use self::faults::Faults;
use self::keys::{Keys, Material, State};

/// The principal of [`Kms::client`], which may use every key.
const OWNER: &str = "owner";

/// A KMS with one account and all Regions. Clones share the same KMS. Methods that take the ARN of a key do nothing if
/// there is no such key.
#[derive(Clone, Default)]
pub struct Kms(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    keys: Keys,
    calls: Vec<Call>,
    faults: Faults,
}

/// One call that the double received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The operation, such as `Decrypt`.
    pub operation: String,
    /// The Region of the call.
    pub region: String,
    /// The principal of the call.
    pub principal: String,
    /// The key identifier exactly as sent; `None` if there was none.
    pub key_id: Option<String>,
    /// The encryption context as sent.
    pub encryption_context: BTreeMap<String, String>,
    /// The grant tokens that were sent.
    pub grant_tokens: Vec<String>,
    /// The error code of the response; `None` if the call succeeded.
    pub error: Option<String>,
}

impl Kms {
    /// Creates a KMS without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a client in `region` that may use every key. It does not retry, so that an injected failure is visible
    /// at once.
    ///
    /// A copy of it for another Region calls the same KMS.
    pub fn client(&self, region: &str) -> Client {
        self.client_of(region, OWNER)
    }

    /// Returns a client in `region` of a principal that may only do what was granted: see
    /// [`create_grant`](Self::create_grant).
    pub fn client_of(&self, region: &str, principal: &str) -> Client {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            // The double reads the principal from the signature.
            .credentials_provider(Credentials::new(principal, "secret", None, None, "double"))
            // Both are for networks, and panic without a Tokio runtime.
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
            .http_client(transport::http_client(self.clone()))
            .build();
        Client::from_conf(config)
    }

    /// Creates a key, and returns its ARN.
    pub fn create_key(&self, region: &str) -> String {
        self.lock().keys.create(region, false)
    }

    /// Creates a multi-Region primary key, and returns its ARN.
    pub fn create_multi_region_key(&self, region: &str) -> String {
        self.lock().keys.create(region, true)
    }

    /// Creates a key with this ID and material, and returns its ARN. Several processes can share a key this way.
    pub fn import_key(&self, region: &str, id: &str, material: [u8; 32]) -> String {
        self.lock().keys.add(region, id.to_owned(), Material::Symmetric(Zeroizing::new(material)))
    }

    /// Replicates a multi-Region key, and returns the replica's ARN; `None` if `key` is not the ARN of one.
    pub fn replicate_key(&self, key: &str, region: &str) -> Option<String> {
        self.lock().keys.replicate(key, region)
    }

    /// Points an alias (`alias/..`) to a key of the same Region, replacing its previous target.
    pub fn create_alias(&self, region: &str, alias: &str, key: &str) {
        self.lock().keys.point_alias(region, alias, key);
    }

    /// Disables a key, given by its ARN.
    pub fn disable_key(&self, key: &str) {
        self.lock().keys.set_state(key, State::Disabled);
    }

    /// Enables a key again, even if its deletion was scheduled.
    pub fn enable_key(&self, key: &str) {
        self.lock().keys.set_state(key, State::Enabled);
    }

    /// Schedules the deletion of a key, which then cannot be used.
    pub fn schedule_key_deletion(&self, key: &str) {
        self.lock().keys.set_state(key, State::PendingDeletion);
    }

    /// Revokes every principal's access to a key, as a change of its policy does.
    pub fn revoke_access(&self, key: &str) {
        self.lock().keys.set_accessible(key, false);
    }

    /// Reverts [`revoke_access`](Self::revoke_access).
    pub fn restore_access(&self, key: &str) {
        self.lock().keys.set_accessible(key, true);
    }

    /// Grants `principal` these operations on a key, such as `Decrypt`, and returns the grant token. Unlike a real
    /// grant, it always requires its token.
    pub fn create_grant(&self, key: &str, principal: &str, operations: &[&str]) -> String {
        self.lock().keys.grant(key, principal, operations)
    }

    /// Returns every call so far in order, including rejected ones. Calls during an outage are not included.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Clears the recorded calls.
    pub fn clear_calls(&self) {
        self.lock().calls.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kms").finish_non_exhaustive()
    }
}
