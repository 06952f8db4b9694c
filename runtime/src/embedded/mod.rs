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
//! It supports the operations on tables, items, batches, transactions, PartiQL, tags and time to live, through
//! [dynoxide](https://docs.rs/dynoxide-rs). Every other operation, such as backups and point-in-time recovery, fails
//! with `UnknownOperationException`. Expired items are not deleted automatically, capacity is not limited, and
//! credentials are not checked. A page of a query or scan has at most 1 MB, as in DynamoDB, and at most 10,000 items.
//! Each page of a segment of a parallel scan reads the whole table.

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
    /// Creates an empty database, which is deleted when it closes.
    ///
    /// Requests run on the task that awaits them.
    ///
    /// # Errors
    /// `Unavailable` if there is not enough memory.
    pub fn in_memory() -> Result<Self> {
        let store = dynoxide::Database::memory().map_err(|error| {
            Error::new(ErrorKind::Unavailable, "the database in memory could not be made").with_source(error)
        })?;
        Ok(Self::over(transport::inline(store)))
    }

    /// Opens the database in the file at `path`, or creates it if there is no such file. While it is open, SQLite keeps
    /// two files with the same name plus `-wal` and `-shm` beside it. Files that it creates are readable by their owner
    /// only, and a symbolic link to a nonexistent file is not followed.
    ///
    /// Requests run one at a time on Tokio's threads for blocking work, so they need a Tokio runtime of any flavor.
    /// Opening blocks for milliseconds, or for up to half a minute while another process uses the file. Open a file
    /// only once, and share clones: a second `Database` can miss changes that the first one makes to tables. An SQLite
    /// file of another program is not recognized as such, and gets this database's tables added.
    ///
    /// # Errors
    /// `Usage` if the path is a folder, is in a folder that does not exist, is not readable, is not valid Unicode, or
    /// is not an SQLite file; `Unavailable` if the file cannot be written or is in use.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::over(transport::offloaded(open::open(path.as_ref())?)))
    }

    /// Returns a client of this database. Calls return clones of the same client, which is cheap.
    ///
    /// It is an ordinary client with the Region `us-east-1` and placeholder credentials. It does not retry: a request
    /// inside the process is not lost, and a failing disk fails again.
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
