//! A double of AWS KMS inside the process, behind the SDK's ordinary client.
//!
//! It encrypts with AES-256-GCM, checks encryption contexts, and knows disabled and pending-deletion keys, aliases,
//! multi-Region keys and grants. Through a client it answers `GenerateDataKey`, `Encrypt`, `Decrypt`, `ReEncrypt` and
//! `DescribeKey`; keys are managed with the methods of [`Kms`]. It throttles, lags and fails on demand, and records every
//! call.
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
//! [`revoke_access`](Kms::revoke_access), no asymmetric keys, no key rotation, no authentication.
//!
//! </div>

mod ciphertext;
mod faults;
mod keys;
mod operations;
mod transport;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, IdentityCache, Region, StalledStreamProtectionConfig};
use zeroize::Zeroizing;

use self::faults::Faults;
use self::keys::{Keys, State};

/// The principal of [`Kms::client`], who may do everything.
const OWNER: &str = "owner";

/// A KMS of one account and all Regions. Clones are the same KMS. Methods that are given the ARN of a key do nothing if
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
    /// The Region that was asked.
    pub region: String,
    /// Who asked.
    pub principal: String,
    /// The key identifier exactly as it was sent; `None` if there was none.
    pub key_id: Option<String>,
    /// The encryption context as it was sent.
    pub encryption_context: BTreeMap<String, String>,
    /// The grant tokens that were sent.
    pub grant_tokens: Vec<String>,
    /// The code of the error that was answered; `None` if there was none.
    pub error: Option<String>,
}

impl Kms {
    /// A KMS without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client in `region` that may use every key. It does not retry, so that an injected failure is seen at once.
    ///
    /// A copy of it for another Region asks the same KMS.
    pub fn client(&self, region: &str) -> Client {
        self.client_of(region, OWNER)
    }

    /// A client in `region` of somebody who may only do what was granted: see [`create_grant`](Self::create_grant).
    pub fn client_of(&self, region: &str, principal: &str) -> Client {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            // The double reads the principal off the signature.
            .credentials_provider(Credentials::new(principal, "secret", None, None, "double"))
            // Both are for networks, and panic without a Tokio runtime.
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
            .http_client(transport::http_client(self.clone()))
            .build();
        Client::from_conf(config)
    }

    /// Makes a key, and returns its ARN.
    pub fn create_key(&self, region: &str) -> String {
        self.lock().keys.create(region, false)
    }

    /// Makes a multi-Region primary key, and returns its ARN.
    pub fn create_multi_region_key(&self, region: &str) -> String {
        self.lock().keys.create(region, true)
    }

    /// Makes a key of this id and this material, and returns its ARN. Several processes that do so share the key.
    pub fn import_key(&self, region: &str, id: &str, material: [u8; 32]) -> String {
        self.lock().keys.add(region, id.to_owned(), Zeroizing::new(material))
    }

    /// Replicates a multi-Region key, and returns the replica's ARN; `None` if `key` is not the ARN of one.
    pub fn replicate_key(&self, key: &str, region: &str) -> Option<String> {
        self.lock().keys.replicate(key, region)
    }

    /// Points an alias (`alias/..`) to a key of the same Region, wherever it pointed before.
    pub fn create_alias(&self, region: &str, alias: &str, key: &str) {
        self.lock().keys.point_alias(region, alias, key);
    }

    /// Disables a key, given by its ARN.
    pub fn disable_key(&self, key: &str) {
        self.lock().keys.set_state(key, State::Disabled);
    }

    /// Enables a key again, also one whose deletion was scheduled.
    pub fn enable_key(&self, key: &str) {
        self.lock().keys.set_state(key, State::Enabled);
    }

    /// Schedules the deletion of a key, which cannot be used from then on.
    pub fn schedule_key_deletion(&self, key: &str) {
        self.lock().keys.set_state(key, State::PendingDeletion);
    }

    /// Takes the use of a key from everybody, as a change of its policy does.
    pub fn revoke_access(&self, key: &str) {
        self.lock().keys.set_accessible(key, false);
    }

    /// Takes [`revoke_access`](Self::revoke_access) back.
    pub fn restore_access(&self, key: &str) {
        self.lock().keys.set_accessible(key, true);
    }

    /// Grants `principal` these operations on a key, such as `Decrypt`, and returns the grant token. Unlike a real grant, this
    /// one takes effect only with its token, however much later.
    pub fn create_grant(&self, key: &str, principal: &str, operations: &[&str]) -> String {
        self.lock().keys.grant(key, principal, operations)
    }

    /// Every call so far, refused ones included, in order. Those of an outage never arrived.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Forgets the calls so far.
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
