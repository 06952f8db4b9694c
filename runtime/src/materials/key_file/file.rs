//! The key file: its format, and its creation.

use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::private_file;

const HEADER: &str = "dynaseal key file 1";
const WRAPPING_KEY: &str = "wrapping-key ";
const SIGNING_KEY: &str = "signing-key ";

/// Both keys have 256 bits.
const KEY_LENGTH: usize = 32;

/// Bytes read at most; longer than any key file.
const MAX_LENGTH: u64 = 1024;

pub(crate) struct Keys {
    pub(crate) wrapping_key: AesKey,
    pub(crate) signing_key: HmacKey,
}

pub(crate) fn read(path: &Path) -> Result<Keys> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH as usize));
    private_file::open(path)
        .and_then(|file| file.take(MAX_LENGTH).read_to_string(&mut text))
        .map_err(|error| failed("cannot be read", path, error))?;
    parse(&text).ok_or_else(|| {
        Error::new(ErrorKind::Materials, format!("{} is not a dynaseal key file, or it is damaged", path.display()))
    })
}

pub(crate) fn create(path: &Path) -> Result<Keys> {
    let text = generate()?;
    private_file::create(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::new(
            ErrorKind::AlreadyExists,
            format!("the key file {} already exists and was not changed; open it instead", path.display()),
        ),
        _ => failed("cannot be created", path, error),
    })?;
    read(path)
}

pub(crate) fn read_or_create(path: &Path) -> Result<Keys> {
    let is_missing = path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if is_missing {
        match create(path) {
            // Another process was faster.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            settled => return settled,
        }
    }
    read(path)
}

fn generate() -> Result<Zeroizing<String>> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    // Reserves the final length, so that growing leaves no copy of the keys in a smaller buffer.
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

fn failed(how: &str, path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Materials, format!("the key file {} {how}: {error}", path.display()))
}
