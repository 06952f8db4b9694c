//! DynamoDB inside the process, in memory or in a file, behind the SDK's ordinary client: for tests, development and
//! programs on a single machine.
//!
//! ```
//! # async fn example() -> dynaseal::Result<()> {
//! let database = dynaseal::embedded::Database::in_memory()?;
//! let client: aws_sdk_dynamodb::Client = database.client();
//! # Ok(())
//! # }
//! ```
//!
//! It answers the operations on tables, items, batches, transactions, PartiQL, tags and time to live, by way of
//! [dynoxide](https://docs.rs/dynoxide-rs); every other operation, such as backups and point-in-time recovery, is
//! `UnknownOperationException`. Expired items are not deleted by themselves, capacity is not limited, and credentials are
//! not checked. A page of a query or a scan has up to 1 MB, as in DynamoDB, and up to 10,000 items;
//! for each page of a segment of a parallel scan the store looks through the whole table.

mod dispatch;
mod open;
mod transport;

use std::fmt;
use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, IdentityCache, Region, SharedHttpClient, StalledStreamProtectionConfig,
};

use crate::{Error, ErrorKind, Result};

/// An embedded database. Clones share the same tables; the database closes with its last clone and client.
#[derive(Clone)]
pub struct Database {
    client: Client,
}

impl Database {
    /// Makes an empty database, which is gone when it closes.
    ///
    /// Requests run on the task that awaits them.
    ///
    /// # Errors
    /// `Unavailable` if there is no memory for it.
    pub fn in_memory() -> Result<Self> {
        let store = dynoxide::Database::memory().map_err(|error| {
            Error::new(ErrorKind::Unavailable, "the database in memory could not be made").with_source(error)
        })?;
        Ok(Self::over(transport::inline(store)))
    }

    /// Opens the database in the file at `path`, or makes one if there is no such file. Two files of SQLite, named the
    /// same but for `-wal` and `-shm`, stand beside it while it is open. Files that it makes are readable by their owner
    /// alone, and a symbolic link to a file that does not exist is not followed.
    ///
    /// Requests run one after the other on Tokio's threads for blocking work, so they need a Tokio runtime, of any
    /// flavour. Opening itself blocks, for milliseconds, or for as long as half a minute while another process works on
    /// the file. Open a file only once, and share clones: a second `Database` can miss what the first one changes about
    /// tables. A SQLite file of another program is not told apart, and gets our tables added to its own.
    ///
    /// # Errors
    /// `Usage` if the path is a folder, lies in a folder that does not exist, may not be read, is not valid Unicode, or is
    /// not a SQLite file; `Unavailable` if the file cannot be written or is in use.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::over(transport::offloaded(open::open(path.as_ref())?)))
    }

    /// A client of this database. Calls return clones of the same client, which is cheap.
    ///
    /// It is an ordinary client with region `us-east-1` and made-up credentials. It does not retry: a request inside the
    /// process is not lost, and a disk that fails does so again.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    fn over(http_client: SharedHttpClient) -> Self {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("embedded", "embedded", None, None, "embedded"))
            // Both are for networks, and panic without a Tokio runtime.
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .endpoint_url("http://localhost")
            .retry_config(RetryConfig::disabled())
            .http_client(http_client)
            .build();
        Self { client: Client::from_conf(config) }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}
