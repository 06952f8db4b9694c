//! A table of accounts that moves: in memory, or in a file, which a process migrates that the test kills.

use std::path::PathBuf;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{EncryptedItem, Item, ItemEncryptor, Repository};

use crate::format::StoredFormat;

/// The table.
pub const TABLE: &str = "accounts";

/// The segments in which it is migrated. All runs must use the same.
pub const SEGMENTS: u32 = 6;

/// An account with one attribute of every kind.
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
    /// Neither.
    #[do_nothing]
    pub visits: u64,
    /// Encrypted, if it is there.
    pub note: Option<String>,
}

impl Account {
    /// The account of this number. Every second one has a note.
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

    /// As a program would store it that knows nothing of encryption.
    #[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "an account can be stored")]
    pub fn plaintext(&self) -> Item {
        self.to_item().unwrap()
    }
}

/// Keys that every process makes of the same number.
pub fn keys_of(number: u8) -> ItemEncryptor {
    StoredFormat::current().keys_of(number)
}

/// The accounts under these keys.
pub fn accounts(client: &Client, keys: &ItemEncryptor) -> Repository<Account> {
    Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build()
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

/// Checks that the table has this many accounts as they were put into it, and that all of them are readable.
///
/// # Panics
///
/// If one of them is not.
#[allow(clippy::unwrap_used, reason = "helpers of tests")]
pub async fn assert_all(accounts: &Repository<Account>, count: u32) {
    for number in 0..count {
        let account = Account::new(number);
        let read = accounts.get((account.id.as_str(), number)).await;
        assert_eq!(read.unwrap(), Some(account));
    }
}
