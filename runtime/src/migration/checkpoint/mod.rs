//! The progress of a migration, and the file in which it is stored.
//!
//! The file is text: a line with the name and version of the format, a line of JSON, and a line with the SHA-256 of
//! both.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::digest::sha256;
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};
use crate::private_file;

use super::report::Counts;

const FORMAT: &str = "dynaseal checkpoint ";
const VERSION: &str = "1";
const CHECKSUM: &str = "sha256 ";

/// Far longer than any checkpoint: each of at most 10,000 segments has at most one key of 3 KB.
const MAX_LENGTH: u64 = 64 * 1024 * 1024;

/// The progress of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    /// A description of the migration. Another migration cannot continue from this checkpoint.
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) phase: Phase,
    /// The progress of each segment.
    pub(super) segments: BTreeMap<u32, Position>,
    pub(super) counts: Counts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Items are rewritten.
    Writing,
    /// All items are rewritten, and are being read once more, from the beginning in each run.
    Verifying,
    /// The migration is finished.
    Finished,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Position {
    Start,
    /// All items up to the one with this key are done.
    After(BTreeMap<String, KeyValue>),
    End,
}

/// A value of a primary key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum KeyValue {
    S(String),
    N(String),
    /// The value in base64.
    B(String),
}

impl Checkpoint {
    /// Returns the state of a migration that has not started.
    #[inline]
    pub(super) fn new(parameters: BTreeMap<String, String>, segments: impl Iterator<Item = u32>) -> Self {
        let segments = segments.map(|number| (number, Position::Start)).collect();
        Self { parameters, phase: Phase::Writing, segments, counts: Counts::default() }
    }

    #[inline]
    pub(super) fn encode(&self) -> Result<String> {
        let body = serde_json::to_string(self)
            .map_err(|error| Error::new(ErrorKind::Usage, "the checkpoint cannot be written").with_source(error))?;
        let content = format!("{FORMAT}{VERSION}\n{body}\n");
        let checksum = hex(&sha256(content.as_bytes()));
        Ok(format!("{content}{CHECKSUM}{checksum}\n"))
    }

    /// `Err` describes what is wrong with the text.
    #[inline]
    pub(super) fn decode(text: &[u8]) -> Result<Self, &'static str> {
        const DAMAGED: &str = "is damaged";

        let text = std::str::from_utf8(text).map_err(|_| "is not a dynaseal checkpoint")?;
        let (header, rest) = text.split_once('\n').ok_or("is not a dynaseal checkpoint")?;
        match header.strip_prefix(FORMAT) {
            None => return Err("is not a dynaseal checkpoint"),
            Some(VERSION) => {}
            Some(_) => return Err("was written by another version of dynaseal"),
        }
        let (body, checksum) = rest.split_once('\n').ok_or(DAMAGED)?;
        let checksum = checksum.strip_prefix(CHECKSUM).and_then(|line| line.strip_suffix('\n')).ok_or(DAMAGED)?;
        if checksum != hex(&sha256(format!("{header}\n{body}\n").as_bytes())) {
            return Err(DAMAGED);
        }
        serde_json::from_str(body).map_err(|_| DAMAGED)
    }
}

impl Position {
    /// Returns where to continue after a scan that returned this last key.
    #[inline]
    pub(super) fn after(key: Option<Item>) -> Result<Self> {
        let Some(key) = key else { return Ok(Self::End) };
        let values = key.into_iter().map(|(name, value)| match KeyValue::of(value) {
            Some(value) => Ok((name, value)),
            None => Err(Error::new(ErrorKind::Sdk, "the service's last key is not a key").with_attribute(name)),
        });
        values.collect::<Result<_>>().map(Self::After)
    }

    /// Returns where a scan starts; `None` if the segment is finished.
    #[inline]
    pub(super) fn start(&self) -> Option<Option<Item>> {
        match self {
            Self::Start => Some(None),
            Self::After(key) => {
                let value = |(name, value): (&String, &KeyValue)| Some((name.clone(), value.to_attribute()?));
                Some(Some(key.iter().map(value).collect::<Option<Item>>()?))
            }
            Self::End => None,
        }
    }
}

impl KeyValue {
    #[inline]
    fn of(value: AttributeValue) -> Option<Self> {
        match value {
            AttributeValue::S(text) => Some(Self::S(text)),
            AttributeValue::N(number) => Some(Self::N(number)),
            AttributeValue::B(bytes) => Some(Self::B(BASE64.encode(bytes))),
            _ => None,
        }
    }

    #[inline]
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(match self {
            Self::S(text) => AttributeValue::S(text.clone()),
            Self::N(number) => AttributeValue::N(number.clone()),
            Self::B(text) => AttributeValue::B(Blob::new(BASE64.decode(text).ok()?)),
        })
    }
}

/// The file of a checkpoint, locked against other processes that would continue from it. Only its owner can read it: it
/// contains keys of items.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    path: PathBuf,
    /// The file that currently has the name.
    held: Mutex<File>,
}

impl CheckpointFile {
    /// Returns `None` if there is no such file.
    #[inline]
    pub(super) fn open(path: &Path) -> Result<Option<(Self, Checkpoint)>> {
        let file = match private_file::hold(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|error| failed("read", path, error))?,
        };
        let mut text = Vec::new();
        (&file).take(MAX_LENGTH).read_to_end(&mut text).map_err(|error| failed("read", path, error))?;
        let checkpoint = Checkpoint::decode(&text).map_err(|what| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "{} {what}, so nothing was done; restore it, or start again with another file, which is safe \
                     except for an import that has begun: a second one would sign items from which an attacker \
                     removed the signature",
                    path.display()
                ),
            )
        })?;
        Ok(Some((Self { path: path.to_owned(), held: Mutex::new(file) }, checkpoint)))
    }

    /// Writes a new file.
    #[inline]
    pub(super) fn create(path: &Path, text: &str) -> Result<Self> {
        let file = private_file::create_held(path, text.as_bytes()).map_err(|error| failed("created", path, error))?;
        Ok(Self { path: path.to_owned(), held: Mutex::new(file) })
    }

    #[inline]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    #[inline]
    pub(super) fn write(&self, text: &str) -> Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = private_file::replace_held(&self.path, text.as_bytes())
            .map_err(|error| failed("written", &self.path, error))?;
        Ok(())
    }

    #[inline]
    pub(super) fn remove(&self) -> Result<()> {
        private_file::remove(&self.path).map_err(|error| failed("removed", &self.path, error))
    }
}

#[inline]
fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::ResourceBusy => Error::new(
            ErrorKind::Usage,
            format!(
                "another process uses the checkpoint {path}, so nothing was done; wait for it, or divide the table by \
                 `only_segments`, each process with its own checkpoint"
            ),
        ),
        io::ErrorKind::AlreadyExists => Error::new(
            ErrorKind::AlreadyExists,
            format!("the migration has begun already: {path} is its checkpoint; go on from there, without `begin`"),
        ),
        _ => Error::new(
            ErrorKind::Unavailable,
            format!(
                "the checkpoint {path} cannot be {what}: {error}; items that were rewritten are safe, and the migration can be \
                 run again once that is mended"
            ),
        ),
    }
}

#[inline]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
