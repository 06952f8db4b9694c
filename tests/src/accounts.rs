//! A table of accounts in a file, which a process migrates that the test kills.

use std::path::PathBuf;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{EncryptedItem, Repository};

/// The table.
pub const TABLE: &str = "accounts";

/// The segments in which it is migrated. All runs must use the same.
pub const SEGMENTS: u32 = 6;

/// An account with one attribute of every kind.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Account {
    /// The key.
    #[partition_key]
    pub id: String,
    /// Encrypted.
    pub balance: u64,
    /// Signed.
    #[sign_only]
    pub owner: String,
    /// Neither.
    #[do_nothing]
    pub visits: u64,
}

impl Account {
    /// The account of this number.
    pub fn new(number: u64) -> Self {
        Self { id: format!("a-{number}"), balance: number * 7, owner: "ada".to_owned(), visits: number }
    }
}

/// Keys that every process makes of the same number.
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "keys of 32 bytes")]
pub fn keys(number: u8) -> WrappedProvider {
    let bytes = [number; 32];
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &bytes).unwrap();
    WrappedProvider::new(AesKey::from_bytes(&bytes).unwrap(), signing_key)
}

/// The accounts under these keys.
pub fn accounts(client: &Client, keys: WrappedProvider) -> Repository<Account> {
    Repository::builder(client.clone()).table(TABLE).materials(keys).build()
}

/// Where the database and the checkpoint are.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// This folder, which exists.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Opens the database. Only one process may have it open.
    #[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on")]
    pub fn open(&self) -> Database {
        Database::open(self.0.join("accounts.sqlite")).unwrap()
    }

    /// The path of the checkpoint.
    pub fn checkpoint(&self) -> PathBuf {
        self.0.join("checkpoint")
    }
}
