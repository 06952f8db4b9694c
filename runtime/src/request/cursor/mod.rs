//! The end of a page, from which a later request can continue.

mod key;
mod position;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::crypto::digest::Digest;
use crate::error::{Error, ErrorKind, Result};

use super::Clock;

pub use key::CursorKey;
pub(crate) use position::{Position, Start};

/// The default lifetime of a cursor's text.
pub(super) const DEFAULT_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The end of a [`Page`](super::Page). Pass it to [`page`](super::Selection::page) of the same query to read the next
/// page.
///
/// Within the process, a cursor can be used directly. Serializing it for the clients of a web API requires a repository
/// with a [`cursor_key`](super::RepositoryBuilder::cursor_key). The text is encrypted and authenticated, so a client
/// cannot learn keys from it, change it, or use it for another query. Limits and page sizes may differ. The text is
/// base64url (RFC 4648) of the position encrypted with AES-256-GCM, with a key that HMAC-SHA-256 derives from the
/// cursor key.
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
    Position { position: Position, read: Digest, cursors: Cursors },
    Token(String),
}

/// The start of a page: a [`Cursor`], or `None` for the first page.
///
/// Implemented for these types; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the position of a page",
    label = "expected a `Cursor`, or `None`",
    note = "write `None` for the first page, and for the next one the `cursor` of the page before; of its text, `Cursor::from(text)`"
)]
pub trait IntoCursor {
    /// Returns the cursor; `None` for the first page.
    fn into_cursor(self) -> Option<Cursor>;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Option<Cursor>>> IntoCursor for T {
    fn into_cursor(self) -> Option<Cursor> {
        self.into()
    }
}

/// The settings with which a repository creates cursors.
#[derive(Clone)]
pub(crate) struct Cursors {
    /// The first key encrypts, and all keys decrypt.
    pub(super) keys: Arc<[CursorKey]>,
    pub(super) lifetime: Duration,
    pub(super) clock: Clock,
}

impl Cursor {
    /// Returns the cursor as text that is safe in a URL: letters, digits, `-` and `_`.
    ///
    /// The text reveals only, by its length, the length of the key of the last item. It can be used until the
    /// [`cursor_lifetime`](super::RepositoryBuilder::cursor_lifetime) has passed.
    ///
    /// # Errors
    /// `Usage` if the repository has no `cursor_key`, or if the `cursor_lifetime` exceeds the supported range.
    pub fn to_token(&self) -> Result<String> {
        match &self.0 {
            Form::Token(token) => Ok(token.clone()),
            Form::Position { position, read, cursors } => cursors.seal(position, read),
        }
    }
}

impl Cursors {
    /// Creates the cursor of a page that ended here.
    pub(super) fn cursor(&self, position: Position, read: Digest) -> Cursor {
        Cursor(Form::Position { position, read, cursors: self.clone() })
    }

    /// Returns the start of the page that the cursor stands for.
    pub(super) fn open(&self, cursor: Cursor, read: &Digest) -> Result<Position> {
        match cursor.0 {
            Form::Position { position, read: origin, .. } if origin == *read => Ok(position),
            Form::Position { .. } => Err(Error::invalid_cursor()),
            Form::Token(_) if self.keys.is_empty() => Err(no_cursor_key()),
            Form::Token(token) => self
                .keys
                .iter()
                .find_map(|key| token::open(key, &token, read, self.clock.now()))
                .ok_or_else(Error::invalid_cursor),
        }
    }

    fn seal(&self, position: &Position, read: &Digest) -> Result<String> {
        let sealing_key = self.keys.first().ok_or_else(no_cursor_key)?;
        let expiry = self.clock.now().checked_add(self.lifetime).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "the cursor's lifetime is longer than time itself; choose a shorter one")
        })?;
        token::seal(sealing_key, position, read, expiry)
            .ok_or_else(|| Error::new(ErrorKind::Codec, "the position is not a key of a DynamoDB table"))
    }
}

fn no_cursor_key() -> Error {
    Error::new(ErrorKind::Usage, "the repository has no key for the text of cursors; give its builder a `cursor_key`")
}

/// Whether the text is a cursor of the query is checked when it is used.
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

/// Serializes its text.
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
