//! The protection of an item (provider, keys, actions and context) in the form of the peer protocol and the fixtures.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::AttributeAction;
use serde::{Deserialize, Serialize};

/// Everything that a client needs to encrypt or decrypt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setup {
    /// The source of the keys.
    pub provider: Provider,
    /// The action of each attribute.
    pub actions: Actions,
    /// The context that an item is bound to.
    pub context: Context,
}

/// A cryptographic materials provider that all clients support.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Provider {
    /// The same keys for every item.
    Static {
        /// Encrypts attributes; without it, items are only signed.
        #[serde(skip_serializing_if = "Option::is_none")]
        encryption_key: Option<Key>,
        /// Signs items.
        signing_key: Key,
        /// The entries that the provider itself adds to each material description.
        #[serde(default)]
        material_description: BTreeMap<String, String>,
    },
    /// A fresh content key for each item, wrapped by the wrapping key.
    Wrapped {
        /// Wraps content keys.
        wrapping_key: Key,
        /// Signs items.
        signing_key: Key,
        /// The entries that the provider itself adds to each material description.
        #[serde(default)]
        material_description: BTreeMap<String, String>,
    },
    /// A data key from KMS for each item.
    Kms {
        /// The id or ARN of the key.
        key_id: String,
        /// The endpoint of KMS.
        endpoint: Endpoint,
        /// Algorithms other than the default ones.
        #[serde(default)]
        material_description: BTreeMap<String, String>,
    },
    /// The newest wrapping key of a metastore.
    MostRecent {
        /// The material name.
        material_name: String,
        /// The table of the metastore.
        store_table: String,
        /// Protects the items of that table.
        store_provider: Box<Provider>,
        /// The TTL of cached keys.
        ttl_seconds: f64,
        /// The endpoint of DynamoDB.
        endpoint: Endpoint,
    },
}

/// A service on this machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    /// Such as `http://127.0.0.1:8000`.
    pub url: String,
    /// The Region that it reports.
    pub region: String,
}

/// A key, and the JCA name of the algorithm that it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Key {
    /// Such as `AES`, `HmacSHA256`, `RSA` or `SHA256withRSA`.
    pub algorithm: String,
    /// The key itself, in base64.
    #[serde(flatten)]
    pub material: KeyMaterial,
}

/// The bytes of a key, in base64.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyMaterial {
    /// A symmetric key.
    Secret {
        /// The raw bytes.
        secret: String,
    },
    /// An asymmetric key.
    Pair {
        /// A SubjectPublicKeyInfo.
        public: String,
        /// A PKCS#8.
        private: String,
    },
}

/// The action of every attribute.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Actions {
    /// The action of all other attributes.
    pub default: Action,
    /// The actions of the named attributes.
    #[serde(default)]
    pub overrides: BTreeMap<String, Action>,
}

/// An attribute action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See [`AttributeAction::EncryptAndSign`].
    EncryptAndSign,
    /// See [`AttributeAction::SignOnly`].
    SignOnly,
    /// See [`AttributeAction::DoNothing`].
    DoNothing,
}

/// The context of an item besides its own attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Context {
    /// The name of the table.
    pub table_name: String,
    /// The name of the partition key attribute.
    pub partition_key: String,
    /// The name of the sort key attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<String>,
}

impl Provider {
    /// Adds entries to those that the provider itself adds to each material description, if it adds any.
    pub fn describe(&mut self, entries: &[(&str, &str)]) {
        match self {
            Self::Static { material_description, .. }
            | Self::Wrapped { material_description, .. }
            | Self::Kms { material_description, .. } => {
                material_description.extend(entries.iter().map(|(key, value)| ((*key).into(), (*value).into())));
            }
            Self::MostRecent { .. } => {}
        }
    }
}

impl Key {
    /// Returns a symmetric key of these bytes.
    pub fn secret(algorithm: &str, bytes: &[u8]) -> Self {
        let material = KeyMaterial::Secret { secret: STANDARD.encode(bytes) };
        Self { algorithm: algorithm.to_owned(), material }
    }
}

impl Actions {
    /// Returns the action of the attribute with this name.
    pub fn action(&self, name: &str) -> Action {
        self.overrides.get(name).copied().unwrap_or(self.default)
    }
}

impl From<Action> for AttributeAction {
    fn from(action: Action) -> Self {
        match action {
            Action::EncryptAndSign => Self::EncryptAndSign,
            Action::SignOnly => Self::SignOnly,
            Action::DoNothing => Self::DoNothing,
        }
    }
}
