//! dynaseal, configured and called like a peer.

mod keys;
mod providers;
#[cfg(feature = "peers")]
mod services;

use aws_sdk_dynamodb::Client;
use dynaseal::format::Ddbec;
use dynaseal::{AttributeActions, Error, Item, ItemContext, ItemEncryptor};
use tokio::runtime::{Builder, Runtime};

use crate::setup::{Actions, Context, Setup};

#[cfg(feature = "peers")]
pub use services::dynamodb_client;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An encryptor with its actions, its context and a runtime.
#[derive(Debug)]
pub struct Ours {
    format: Ddbec,
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    runtime: Runtime,
}

impl Ours {
    /// Configures dynaseal by a setup.
    ///
    /// # Errors
    /// Fails if the setup names a key or a service that dynaseal does not support with the features of this build.
    pub fn new(setup: &Setup) -> Result<Self, BoxError> {
        Self::with_dynamodb(setup, None)
    }

    /// Returns true if this build supports the keys of the setup: not every build has RSA and ECDSA.
    pub fn supports(setup: &Setup) -> bool {
        providers::is_supported(&setup.provider)
    }

    /// Configures dynaseal with the metastore of a most-recent provider in this DynamoDB, instead of the one of the
    /// setup.
    ///
    /// # Errors
    /// Fails like [`new`](Self::new).
    pub fn with_store(setup: &Setup, dynamodb: &Client) -> Result<Self, BoxError> {
        Self::with_dynamodb(setup, Some(dynamodb))
    }

    fn with_dynamodb(setup: &Setup, dynamodb: Option<&Client>) -> Result<Self, BoxError> {
        let format = providers::format(&setup.provider, dynamodb)?;
        Ok(Self {
            encryptor: ItemEncryptor::new(format.clone()),
            format,
            actions: actions(&setup.actions),
            context: context(&setup.context),
            runtime: Builder::new_current_thread().enable_all().build()?,
        })
    }

    /// Also accepts the Python client's signatures of numbers with more than 28 digits.
    #[must_use]
    pub fn accept_python_numbers(mut self) -> Self {
        self.format = self.format.accept_python_numbers();
        self.encryptor = ItemEncryptor::new(self.format.clone());
        self
    }

    /// Encrypts items, with one result for each.
    pub fn encrypt(&self, items: &[Item]) -> Vec<Result<Item, Error>> {
        let encrypt = |item: &Item| self.encryptor.encrypt(item.clone(), &self.actions, &self.context);
        items.iter().map(|item| self.runtime.block_on(encrypt(item))).collect()
    }

    /// Verifies and decrypts items, with one result for each.
    pub fn decrypt(&self, items: &[Item]) -> Vec<Result<Item, Error>> {
        let decrypt = |item: &Item| self.encryptor.decrypt(item.clone(), &self.actions, &self.context);
        items.iter().map(|item| self.runtime.block_on(decrypt(item))).collect()
    }
}

fn actions(actions: &Actions) -> AttributeActions {
    let default = AttributeActions::new(actions.default.into());
    actions.overrides.iter().fold(default, |actions, (name, action)| actions.with(name, (*action).into()))
}

fn context(context: &Context) -> ItemContext {
    let named = ItemContext::new(&context.table_name).partition_key(&context.partition_key);
    match &context.sort_key {
        Some(name) => named.sort_key(name),
        None => named,
    }
}
