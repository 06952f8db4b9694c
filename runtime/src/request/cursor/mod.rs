//! Where a page ended, so that a later request can go on from there.

mod key;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::crypto::digest::Digest;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;

use super::Clock;

pub use key::CursorKey;

/// How long a cursor's text can be used by default.
pub(super) const DEFAULT_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Where a [`Page`](super::Page) ended. Given to [`page`](super::Selection::page) of the same query, the next page follows.
///
/// Within the process a cursor can be used as it is. Its text, for the clients of a web API, is only to be had from a
/// repository with a [`cursor_key`](super::RepositoryBuilder::cursor_key): it is encrypted and authenticated, so a client
/// learns no key from it and can neither change it nor use it for another query. Limits and page sizes may differ. The text
/// is base64url (RFC 4648) of what AES-256-GCM makes of the position, under a key that HMAC-SHA-256 makes of the cursor
/// key.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::repository::query::{Cursor, CursorKey};
/// # use dynaseal::{EncryptedItem, ErrorKind, Repository};
/// # #[derive(Debug, PartialEq, EncryptedItem)]
/// # struct Reading { #[partition_key] sensor: String, #[sort_key] time: u64, value: i64 }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// let readings: Repository<Reading> = Repository::builder(client)
///     .table("readings")
///     .materials(provider)
///     .cursor_key(CursorKey::generate()?) // in earnest, one that all servers of the API share
///     .build();
/// # readings.create_table().await?;
/// # for time in 0..5 { readings.put(&Reading { sensor: "s-1".into(), time, value: 7 }).await?; }
/// let page = readings.query("s-1").limit(3).page(None).await?;
/// assert_eq!(page.items.len(), 3);
/// let text: String = page.cursor.expect("there are more").to_token()?; // to the client, and back
///
/// let page = readings.query("s-1").limit(3).page(Cursor::from(text.clone())).await?;
/// assert_eq!(page.items.iter().map(|reading| reading.time).collect::<Vec<_>>(), [3, 4]);
/// assert!(page.cursor.is_none());
///
/// let error = readings.query("s-2").page(Cursor::from(text)).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidCursor);
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Cursor(Form);

#[derive(Clone)]
enum Form {
    Position { key: Item, read: Digest, cursors: Cursors },
    Token(String),
}

/// Where a page is to begin: a [`Cursor`], or `None` for the first page.
///
/// There is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where a page begins",
    label = "expected a `Cursor`, or `None`",
    note = "write `None` for the first page, and for the next one the `cursor` of the page before; of its text, `Cursor::from(text)`"
)]
pub trait IntoCursor {
    /// The cursor, if it is not the first page.
    fn into_cursor(self) -> Option<Cursor>;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Option<Cursor>>> IntoCursor for T {
    fn into_cursor(self) -> Option<Cursor> {
        self.into()
    }
}

/// What a repository makes cursors with.
#[derive(Clone)]
pub(crate) struct Cursors {
    /// The first one seals, and all of them open.
    pub(super) keys: Arc<[CursorKey]>,
    pub(super) lifetime: Duration,
    pub(super) clock: Clock,
}

impl Cursor {
    /// The cursor as text that is safe in a URL: letters, digits, `-` and `_`.
    ///
    /// It says nothing but, by its length, how long the key of the item is where the page ended. It can be used until the
    /// [`cursor_lifetime`](super::RepositoryBuilder::cursor_lifetime) is over.
    ///
    /// # Errors
    /// `Usage` if the repository has no `cursor_key`, or a `cursor_lifetime` that ends after the last time there is.
    pub fn to_token(&self) -> Result<String> {
        match &self.0 {
            Form::Token(token) => Ok(token.clone()),
            Form::Position { key, read, cursors } => cursors.seal(key, read),
        }
    }
}

impl Cursors {
    /// The cursor of a page that ended here.
    pub(super) fn cursor(&self, key: Item, read: Digest) -> Cursor {
        Cursor(Form::Position { key, read, cursors: self.clone() })
    }

    /// Where the page begins that the cursor stands for.
    pub(super) fn open(&self, cursor: Cursor, read: &Digest) -> Result<Item> {
        match cursor.0 {
            Form::Position { key, read: origin, .. } if origin == *read => Ok(key),
            Form::Position { .. } => Err(Error::invalid_cursor()),
            Form::Token(_) if self.keys.is_empty() => Err(no_cursor_key()),
            Form::Token(token) => self
                .keys
                .iter()
                .find_map(|key| token::open(key, &token, read, self.clock.now()))
                .ok_or_else(Error::invalid_cursor),
        }
    }

    fn seal(&self, key: &Item, read: &Digest) -> Result<String> {
        let sealing_key = self.keys.first().ok_or_else(no_cursor_key)?;
        let expiry = self.clock.now().checked_add(self.lifetime).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "the cursor's lifetime is longer than time itself; choose a shorter one")
        })?;
        token::seal(sealing_key, key, read, expiry)
            .ok_or_else(|| Error::new(ErrorKind::Codec, "the position is no key of a DynamoDB table"))
    }
}

fn no_cursor_key() -> Error {
    Error::new(ErrorKind::Usage, "the repository has no key for the text of cursors; give its builder a `cursor_key`")
}

/// Whether the text is a cursor of the query that it is given to shows when it is used.
impl From<String> for Cursor {
    fn from(token: String) -> Self {
        Self(Form::Token(token))
    }
}

impl From<&str> for Cursor {
    fn from(token: &str) -> Self {
        Self(Form::Token(token.to_owned()))
    }
}

/// As its text.
impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_token().map_err(S::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}
