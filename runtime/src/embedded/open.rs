//! Opens a file, with an error that states what is wrong with it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dynoxide::{Database, DynoxideError};

use crate::{Error, ErrorKind, Result, private_file};

/// The first bytes of every SQLite file: <https://www.sqlite.org/fileformat.html#magic_header_string>.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";

pub(super) fn open(path: &Path) -> Result<Database> {
    // SQLite interprets names such as `:memory:` and `file:..`, but no absolute paths.
    let path = std::path::absolute(path).map_err(|error| unusable(path, "is not a path").with_source(error))?;
    inspect(&path)?;
    // SQLite gives the files beside it the same mode, and would otherwise create this file with the permissions that
    // the umask allows.
    private_file::touch(&path)
        .map_err(|error| unusable(&path, "cannot be created; check its folder's permissions").with_source(error))?;
    let name = path.to_str().ok_or_else(|| unusable(&path, "is not valid Unicode"))?;
    Database::new(name).map_err(|error| rejected(path.clone(), error))
}

/// Distinguishes the errors that SQLite reports as one.
fn inspect(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
            Err(unusable(path, "is a symbolic link to a file that does not exist; remove it, or name that file"))
        }
        Ok(metadata) if metadata.is_dir() => Err(unusable(path, "is a folder; name a file in it")),
        Ok(metadata) if !metadata.is_file() => Err(unusable(path, "is not a file")),
        Ok(_) => inspect_content(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => inspect_folder(path),
        Err(error) => Err(unusable(path, "cannot be read; check its permissions").with_source(error)),
    }
}

fn inspect_content(path: &Path) -> Result<()> {
    let mut header = Vec::with_capacity(SQLITE_HEADER.len());
    File::open(path)
        .and_then(|file| file.take(SQLITE_HEADER.len() as u64).read_to_end(&mut header))
        .map_err(|error| unusable(path, "cannot be read; check its permissions").with_source(error))?;
    if header.is_empty() || header == SQLITE_HEADER {
        return Ok(());
    }
    Err(unusable(path, "is not a database; name another file, or one that does not exist yet"))
}

fn inspect_folder(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.is_dir() => Err(unusable(path, "is in a folder that does not exist; create it first")),
        _ => Ok(()),
    }
}

fn rejected(path: PathBuf, error: DynoxideError) -> Error {
    match error {
        // dynoxide itself read the file and rejected it: a file of a newer version, or a damaged one.
        DynoxideError::InternalServerError(_) => {
            unusable(&path, "is not a database that this version can read").with_source(error)
        }
        _ => Error::new(
            ErrorKind::Unavailable,
            format!("the database {path:?} could not be opened: it is in use by another process, or the disk failed"),
        )
        .with_source(error),
    }
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("the database {path:?} {why}"))
}
