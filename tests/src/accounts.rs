//! A table of accounts that is migrated, in memory or in a file. Tests kill the process that migrates the file.

use std::path::PathBuf;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{EncryptedItem, Item, ItemEncryptor, Repository};

use crate::format::StoredFormat;

/// The table.
pub const TABLE: &str = "accounts";

/// The number of segments of the migration, which is the same in all runs.
pub const SEGMENTS: u32 = 6;

/// An account with one attribute for each action.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Account {
    /// The partition key.
    #[partition_key]
    pub id: String,
    /// The sort key.
    #[sort_key]
    pub number: u32,
    /// Encrypted.
    pub balance: i64,
    /// Signed.
    #[sign_only]
    pub owner: String,
    /// Neither encrypted nor signed.
    #[do_nothing]
    pub visits: u64,
    /// Encrypted if present.
    pub note: Option<String>,
}

impl Account {
    /// Returns the account of this number. Every second account has a note.
    pub fn new(number: u32) -> Self {
        let note = number.is_multiple_of(2).then(|| format!("note {number}"));
        Self {
            id: format!("a-{}", number % 7),
            number,
            balance: i64::from(number) * 3,
            owner: "ada".to_owned(),
            visits: 1,
            note,
        }
    }

    /// Returns the item that a program without encryption would store.
    #[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "an account can be stored")]
    pub fn plaintext(&self) -> Item {
        self.to_item().unwrap()
    }
}

/// Returns the same keys in every process for the same number.
pub fn keys_of(number: u8) -> ItemEncryptor {
    StoredFormat::current().keys_of(number)
}

/// Returns a repository of accounts with these keys.
pub fn accounts(client: &Client, keys: &ItemEncryptor) -> Repository<Account> {
    Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build()
}

/// The folder of the database and the checkpoint.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Uses this existing folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Opens the database. Only one process may open it at a time.
    #[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on")]
    pub fn open(&self) -> Database {
        Database::open(self.0.join("accounts.sqlite")).unwrap()
    }

    /// Returns the path of the checkpoint.
    pub fn checkpoint(&self) -> PathBuf {
        self.0.join("checkpoint")
    }
}

/// Checks that the table has this many accounts, all of them unchanged and readable.
///
/// # Panics
///
/// Panics if an account is missing, changed or unreadable.
#[allow(clippy::unwrap_used, reason = "helpers of tests")]
pub async fn assert_all(accounts: &Repository<Account>, count: u32) {
    for number in 0..count {
        let account = Account::new(number);
        let read = accounts.get((account.id.as_str(), number)).await;
        assert_eq!(read.unwrap(), Some(account));
    }
}
