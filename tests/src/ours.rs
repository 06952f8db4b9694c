//! dynaseal, configured and asked in the same way as a peer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider, WrappedProvider};
use dynaseal::{AttributeActions, EncryptionContext, Error, Item, ItemEncryptor};
use tokio::runtime::{Builder, Runtime};

use crate::setup::{Actions, Context, Key, KeyMaterial, Provider, Setup};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An encryptor with its actions, its context and a runtime to wait on.
#[derive(Debug)]
pub struct Ours {
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: EncryptionContext,
    runtime: Runtime,
}

impl Ours {
    /// dynaseal as the setup says.
    ///
    /// # Errors
    /// If the setup names a key that dynaseal does not know.
    pub fn new(setup: &Setup) -> Result<Self, BoxError> {
        Ok(Self {
            encryptor: encryptor(&setup.provider)?,
            actions: actions(&setup.actions),
            context: context(&setup.context),
            runtime: Builder::new_current_thread().build()?,
        })
    }

    /// Also accepts the Python client's signatures of numbers with more than 28 digits.
    #[must_use]
    pub fn accept_python_numbers(mut self) -> Self {
        self.encryptor = self.encryptor.accept_python_numbers();
        self
    }

    /// Encrypts items, each with its own outcome.
    pub fn encrypt(&self, items: &[Item]) -> Vec<Result<Item, Error>> {
        let encrypt = |item: &Item| self.encryptor.encrypt(item.clone(), &self.actions, &self.context);
        items.iter().map(|item| self.runtime.block_on(encrypt(item))).collect()
    }

    /// Verifies and decrypts items, each with its own outcome.
    pub fn decrypt(&self, items: &[Item]) -> Vec<Result<Item, Error>> {
        let decrypt = |item: &Item| self.encryptor.decrypt(item.clone(), &self.actions, &self.context);
        items.iter().map(|item| self.runtime.block_on(decrypt(item))).collect()
    }
}

fn encryptor(provider: &Provider) -> Result<ItemEncryptor, BoxError> {
    Ok(match provider {
        Provider::Static { encryption_key: Some(key), signing_key, .. } => {
            ItemEncryptor::new(StaticProvider::new(aes(key)?, hmac(signing_key)?))
        }
        Provider::Static { encryption_key: None, signing_key, .. } => {
            ItemEncryptor::new(StaticProvider::sign_only(hmac(signing_key)?))
        }
        Provider::Wrapped { wrapping_key, signing_key, .. } => {
            ItemEncryptor::new(WrappedProvider::new(aes(wrapping_key)?, hmac(signing_key)?))
        }
        Provider::Kms { .. } | Provider::MostRecent { .. } => return Err("dynaseal has no such provider".into()),
    })
}

fn aes(key: &Key) -> Result<AesKey, BoxError> {
    match key.algorithm.as_str() {
        "AES" => Ok(AesKey::from_bytes(&secret(key)?)?),
        _ => Err(unknown(key)),
    }
}

fn hmac(key: &Key) -> Result<HmacKey, BoxError> {
    let algorithms =
        [HmacAlgorithm::HmacSha224, HmacAlgorithm::HmacSha256, HmacAlgorithm::HmacSha384, HmacAlgorithm::HmacSha512];
    let algorithm = algorithms.into_iter().find(|algorithm| algorithm.name() == key.algorithm);
    Ok(HmacKey::from_bytes(algorithm.ok_or_else(|| unknown(key))?, &secret(key)?)?)
}

fn secret(key: &Key) -> Result<Vec<u8>, BoxError> {
    match &key.material {
        KeyMaterial::Secret { secret } => Ok(STANDARD.decode(secret)?),
        KeyMaterial::Pair { .. } => Err(unknown(key)),
    }
}

fn unknown(key: &Key) -> BoxError {
    format!("dynaseal has no use for a key of {}", key.algorithm).into()
}

fn actions(actions: &Actions) -> AttributeActions {
    let default = AttributeActions::new(actions.default.into());
    actions.overrides.iter().fold(default, |actions, (name, action)| actions.with(name, (*action).into()))
}

fn context(context: &Context) -> EncryptionContext {
    let named = EncryptionContext::new(&context.table_name).partition_key(&context.partition_key);
    match &context.sort_key {
        Some(name) => named.sort_key(name),
        None => named,
    }
}
