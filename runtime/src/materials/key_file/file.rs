//! The file itself: what is in it, and how it comes into being.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};

const HEADER: &str = "dynaseal key file 1";
const WRAPPING_KEY: &str = "wrapping-key ";
const SIGNING_KEY: &str = "signing-key ";

/// Both keys have 256 bits.
const KEY_LENGTH: usize = 32;

/// Longer than any key file; reading stops there.
const MAX_LENGTH: u64 = 1024;

pub(super) struct Keys {
    pub(super) wrapping_key: AesKey,
    pub(super) signing_key: HmacKey,
}

pub(super) fn read(path: &Path) -> Result<Keys> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH as usize));
    open_private(path)
        .and_then(|file| file.take(MAX_LENGTH).read_to_string(&mut text))
        .map_err(|error| failed("cannot be read", path, error))?;
    parse(&text).ok_or_else(|| {
        Error::new(ErrorKind::Materials, format!("{} is not a dynaseal key file, or it is damaged", path.display()))
    })
}

pub(super) fn create(path: &Path) -> Result<Keys> {
    let text = generate()?;
    write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::new(
            ErrorKind::AlreadyExists,
            format!("the key file {} exists already and is left as it is; open it instead", path.display()),
        ),
        _ => failed("cannot be created", path, error),
    })?;
    read(path)
}

fn generate() -> Result<Zeroizing<String>> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    // As long as the text will get, so that no part of it is left behind in a smaller buffer.
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH as usize));
    text.push_str(HEADER);
    for label in [WRAPPING_KEY, SIGNING_KEY] {
        random::fill_key(key.as_mut_slice())?;
        text.push('\n');
        text.push_str(label);
        BASE64.encode_string(key.as_slice(), &mut text);
    }
    text.push('\n');
    Ok(text)
}

fn parse(text: &str) -> Option<Keys> {
    let mut lines = text.lines();
    if lines.next()? != HEADER {
        return None;
    }
    let wrapping_key = parse_key(lines.next()?, WRAPPING_KEY)?;
    let signing_key = parse_key(lines.next()?, SIGNING_KEY)?;
    if lines.next().is_some() {
        return None;
    }
    Some(Keys {
        wrapping_key: AesKey::from_bytes(wrapping_key.as_slice()).ok()?,
        signing_key: HmacKey::from_bytes(HmacAlgorithm::HmacSha256, signing_key.as_slice()).ok()?,
    })
}

fn parse_key(line: &str, label: &str) -> Option<Zeroizing<[u8; KEY_LENGTH]>> {
    let bytes = Zeroizing::new(BASE64.decode(line.strip_prefix(label)?).ok()?);
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    if bytes.len() != KEY_LENGTH {
        return None;
    }
    key.copy_from_slice(&bytes);
    Some(key)
}

/// Opens a regular file that is not reached through a symbolic link and that its owner alone can read.
fn open_private(path: &Path) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    if named.is_symlink() {
        return Err(io::Error::other("it is a symbolic link"));
    }
    if !named.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let file = File::open(path)?;
    check_private(&named, &file.metadata()?)?;
    Ok(file)
}

#[cfg(unix)]
fn check_private(named: &fs::Metadata, opened: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    if (named.dev(), named.ino()) != (opened.dev(), opened.ino()) {
        return Err(io::Error::other("it was replaced while it was opened"));
    }
    if opened.mode() & 0o077 != 0 {
        return Err(io::Error::other("others than its owner have access to it; `chmod 600` it"));
    }
    Ok(())
}

/// Other systems have no such mode; their access control lists are for the administrator to set.
#[cfg(not(unix))]
fn check_private(_: &fs::Metadata, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Writes a temporary file beside `path` and links it into place, which fails if something is there already.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let temporary = temporary_name(folder, path)?;
    let written = write_private(&temporary, bytes).and_then(|()| fs::hard_link(&temporary, path));
    let removed = fs::remove_file(&temporary);
    written.and(removed)?;
    sync_folder(folder)
}

fn temporary_name(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?;
    let unique: u64 = rand::random();
    Ok(folder.join(format!(".{}.{unique:016x}", name.display())))
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the new name itself survive a crash.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn failed(how: &str, path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Materials, format!("the key file {} {how}: {error}", path.display()))
}
