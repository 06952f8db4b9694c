//! An item of the Java client of the AWS Database Encryption SDK, and dynaseal with its key.

use dynaseal::keyrings::{AesKey, RawAesKeyring};
use dynaseal::{AttributeAction, AttributeActions, ErrorKind, Item, ItemContext, ItemEncryptor};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::canonical;
use crate::dynamodb_json::item_from_json;

/// The unsigned attributes.
const UNSIGNED: [&str; 2] = [":free", "listed"];

/// The stored item, its plaintext, and its encryptor.
pub struct Genuine {
    /// The stored item.
    pub stored: Item,
    plaintext: Item,
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    runtime: Runtime,
}

impl Default for Genuine {
    fn default() -> Self {
        let fixtures: Value =
            serde_json::from_str(include_str!("../../tests/dbesdk-fixtures/raw-keyrings.json")).expect("it is JSON");
        let fixture = &fixtures["items"][0];
        let item = |name: &str| item_from_json(&fixture[name]).expect("it is an item");
        let name = fixture["config"]["keyring"]["name"].as_str().expect("a name");
        let key: Vec<u8> = (0..16).collect();
        let keyring = RawAesKeyring::new("ns", name, &AesKey::from_bytes(&key).expect("a key")).expect("a keyring");
        let signed = ["pk", "sk", "signed", "signed set", "included"];
        let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
        let actions = signed.iter().fold(actions, |all, name| all.with(*name, AttributeAction::SignOnly));
        Self {
            stored: item("stored"),
            plaintext: item("plaintext"),
            encryptor: ItemEncryptor::with_keyring(keyring),
            actions: UNSIGNED.iter().fold(actions, |all, name| all.with(*name, AttributeAction::DoNothing)),
            context: ItemContext::new("employees").partition_key("pk").sort_key("sk"),
            runtime: Builder::new_current_thread().build().expect("a runtime"),
        }
    }
}

impl Genuine {
    /// Reads an item with this key. It must be rejected, or be equal to the original except for unsigned attributes.
    pub fn check(&self, stored: Item) {
        match self.runtime.block_on(self.encryptor.decrypt(stored, &self.actions, &self.context)) {
            Ok(read) => assert_eq!(signed(&read), signed(&self.plaintext), "forged"),
            Err(error) => {
                let kinds = [ErrorKind::Integrity, ErrorKind::Materials, ErrorKind::Codec, ErrorKind::Schema];
                assert!(kinds.contains(&error.kind()), "{error}");
            }
        }
    }
}

fn signed(item: &Item) -> Value {
    let signed = item.iter().filter(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    canonical::item(&signed.map(|(name, value)| (name.clone(), value.clone())).collect())
}
