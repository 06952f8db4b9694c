//! The keyrings whose instructions are counted.

use dynaseal::ItemEncryptor;

use crate::bare::raw_aes_keyring;
use crate::shape::Shape;

/// A keyring with its name.
pub(crate) struct Keyring {
    pub(crate) name: &'static str,
    pub(crate) encryptor: ItemEncryptor,
    /// Its budget relative to that of the raw AES keyring.
    pub(crate) allowance: f64,
}

impl Keyring {
    pub(crate) fn all() -> Vec<Self> {
        let raw_aes = ItemEncryptor::with_keyring(raw_aes_keyring());
        [
            Some(Self { name: RAW_AES, encryptor: raw_aes, allowance: 1.0 }),
            #[cfg(all(feature = "kms", feature = "testing"))]
            Some(Self { name: "HierarchicalKeyring", encryptor: hierarchical::encryptor(), allowance: 1.15 }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Returns whether this shape is counted: the growth does not depend on the keyring.
    pub(crate) fn is_run_with(&self, shape: &Shape) -> bool {
        self.name == RAW_AES || ["small", "medium", "large"].contains(&shape.name.as_str())
    }
}

const RAW_AES: &str = "RawAesKeyring";

#[cfg(all(feature = "kms", feature = "testing"))]
mod hierarchical {
    //! A branch key in a key store in memory, which is read once.

    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use aws_sdk_dynamodb::Client;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_types::body::SdkBody;
    use dynaseal::ItemEncryptor;
    use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
    use dynaseal::testing::kms::Kms;
    use serde_json::{Value, json};

    const REGION: &str = "us-west-2";
    const BRANCH_KEY: &str = "tenant-7";

    pub(super) fn encryptor() -> ItemEncryptor {
        let kms = Kms::new();
        let key = KmsConfiguration::key(kms.client(REGION), kms.create_key(REGION)).unwrap();
        let key_store = KeyStore::new(client(), "branch-keys", key);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let branch_key = NewBranchKey::with_id(BRANCH_KEY).context("purpose", "benchmark");
        runtime.block_on(key_store.create_branch_key(branch_key)).unwrap();
        let keyring = HierarchicalKeyring::new(key_store, Duration::from_secs(3600)).unwrap();
        ItemEncryptor::with_keyring(keyring.branch_key(BRANCH_KEY))
    }

    fn client() -> Client {
        let connector = SharedHttpConnector::new(Records::default());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new("id", "secret", None, None, "benchmark"))
            .http_client(http_client_fn(move |_, _| connector.clone()));
        Client::from_conf(config.build())
    }

    /// The part of DynamoDB that a key store needs to create and read one branch key.
    #[derive(Clone, Debug, Default)]
    struct Records(Arc<Mutex<Vec<Value>>>);

    impl HttpConnector for Records {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            let mut records = self.0.lock().unwrap();
            if let Some(writes) = body["TransactItems"].as_array() {
                records.extend(writes.iter().map(|write| write["Put"]["Item"].clone()).filter(Value::is_object));
            }
            let has_key = |record: &&Value| {
                body["Key"].as_object().is_some_and(|key| key.iter().all(|(name, value)| record[name] == *value))
            };
            let answer = records.iter().find(has_key).map_or_else(|| json!({}), |record| json!({ "Item": record }));
            let status = 200.try_into().unwrap();
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(answer.to_string()))))
        }
    }
}
