//! The ciphertexts of the double: the key ID in plaintext, a nonce, and AES-256-GCM bound to the encryption context.

use std::collections::BTreeMap;

use rand::Rng;
use zeroize::Zeroizing;

use crate::crypto::gcm::{self, NONCE};

use super::keys::Key;

/// The first byte of every ciphertext.
const VERSION: u8 = 1;

/// Encrypts `plaintext`; `None` only if the crypto crate rejects it.
pub(super) fn seal(
    key: &Key,
    material: &[u8; 32],
    context: &BTreeMap<String, String>,
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let id_length = u8::try_from(key.id.len()).ok()?;
    let mut sealed = vec![VERSION, id_length];
    sealed.extend(key.id.as_bytes());
    sealed.extend(nonce);
    sealed.extend(gcm::seal(material, nonce, &associated_data(&key.id, context), plaintext)?);
    Some(sealed)
}

/// Returns the ID of the key that a ciphertext names.
pub(super) fn key_id(sealed: &[u8]) -> Option<&str> {
    parse(sealed).map(|(id, _, _)| id)
}

/// Decrypts; `None` if the ciphertext was changed, or belongs to another key or context.
pub(super) fn open(
    material: &[u8; 32],
    context: &BTreeMap<String, String>,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (id, nonce, encrypted) = parse(sealed)?;
    gcm::open(material, nonce, &associated_data(id, context), encrypted).map(Zeroizing::new)
}

fn parse(sealed: &[u8]) -> Option<(&str, gcm::Nonce, &[u8])> {
    let (&[VERSION, id_length], rest) = sealed.split_first_chunk()? else { return None };
    let (id, rest) = rest.split_at_checked(id_length.into())?;
    let (nonce, encrypted) = rest.split_first_chunk()?;
    Some((std::str::from_utf8(id).ok()?, *nonce, encrypted))
}

/// Prefixes each text with its length, so that different contexts never give the same bytes.
fn associated_data(id: &str, context: &BTreeMap<String, String>) -> Vec<u8> {
    let texts = context.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
    [id].into_iter()
        .chain(texts)
        .flat_map(|text| (text.len() as u64).to_be_bytes().into_iter().chain(text.bytes()))
        .collect()
}
