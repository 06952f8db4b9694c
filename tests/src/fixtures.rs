//! Items of the real clients, kept in files, so that reading them can be tested without those clients.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use dynaseal::Item;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dynamodb_json::{Malformed, item_from_json, item_to_json};
use crate::setup::Setup;

/// One file: a client, a setup, and items in plaintext and as stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fixture {
    /// The client that wrote the items, with its version.
    pub written_by: Client,
    /// The name of the provider and its keys.
    pub name: String,
    /// The provider with its keys, the actions and the context.
    pub setup: Setup,
    /// The items.
    pub items: Vec<Pair>,
    /// The items of the metastore of a most-recent provider.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    store: Vec<Value>,
}

impl Fixture {
    /// Creates the fixture that `written_by` wrote with a setup.
    pub fn new(written_by: Client, name: &str, setup: Setup, items: Vec<Pair>) -> Self {
        Self { written_by, name: name.to_owned(), setup, items, store: Vec::new() }
    }

    /// Adds the items of the metastore.
    #[must_use]
    pub fn with_store(mut self, records: &[Item]) -> Self {
        self.store = records.iter().map(item_to_json).collect();
        self
    }

    /// Returns the items of the metastore.
    ///
    /// # Errors
    /// Fails if the file is damaged.
    pub fn store(&self) -> Result<Vec<Item>, Malformed> {
        self.store.iter().map(item_from_json).collect()
    }
}

/// A client, its version, and the language that it runs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The client's name in its package registry.
    pub client: String,
    /// The client's version.
    pub version: String,
    /// The language and its version.
    pub runtime: String,
}

/// An item, as DynamoDB JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pair {
    plaintext: Value,
    stored: Value,
}

impl Pair {
    /// The plaintext that the client received, and the item that it returned.
    pub fn new(plaintext: &Item, stored: &Item) -> Self {
        Self { plaintext: item_to_json(plaintext), stored: item_to_json(stored) }
    }

    /// Returns the plaintext that the client received.
    ///
    /// # Errors
    /// Fails if the file is damaged.
    pub fn plaintext(&self) -> Result<Item, Malformed> {
        item_from_json(&self.plaintext)
    }

    /// Returns the item that the client wrote.
    ///
    /// # Errors
    /// Fails if the file is damaged.
    pub fn stored(&self) -> Result<Item, Malformed> {
        item_from_json(&self.stored)
    }
}

/// Returns the folder of the fixtures.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Returns every fixture with its file.
///
/// # Errors
/// Fails if the folder or a file in it cannot be read.
pub fn all() -> Result<Vec<(PathBuf, Fixture)>, Box<dyn Error + Send + Sync>> {
    let mut paths = Vec::new();
    for client in fs::read_dir(folder())? {
        for file in fs::read_dir(client?.path())? {
            paths.push(file?.path());
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let fixture = serde_json::from_str(&fs::read_to_string(&path)?)?;
        Ok((path, fixture))
    };
    paths.into_iter().map(read).collect()
}
