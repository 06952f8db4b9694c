//! A sample item with every type under every action, the keys that protect it, and the secrets that its errors must not
//! show.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider, WrappedProvider};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Error, Item, ItemContext, ItemEncryptor, Result};

/// The attribute of every protected item that holds its signature.
pub const SIGNATURE: &str = "*amzn-ddb-map-sig*";

/// The attribute of every protected item that holds its material description.
pub const DESCRIPTION: &str = "*amzn-ddb-map-desc*";

/// The partition key of the sample, a string.
pub const PARTITION_KEY: &str = "id";

/// The content key of the static providers, and the wrapping key of the wrapped providers.
pub const AES_KEY: [u8; 32] = *b"0123456789-an-AES-256-key-456789";

/// The signing key of every provider here.
pub const SIGNING_KEY: [u8; 32] = *b"9876543210-a-SHA-256-HMAC-key-32";

/// The actions that an attribute can have.
pub const ACTIONS: [AttributeAction; 3] =
    [AttributeAction::EncryptAndSign, AttributeAction::SignOnly, AttributeAction::DoNothing];

/// Returns a value of each of the ten types. Values of another `owner` differ, except for BOOL and NULL. Sets are in
/// the order in which they are decrypted.
pub fn all_types(owner: &str) -> [(&'static str, AttributeValue); 10] {
    let text = |text: &str| format!("{text} of {owner}");
    let number = |first: &str| format!("{first}{}.75", owner.len());
    [
        ("string", AttributeValue::S(text("confid\u{eb}ntial"))),
        ("number", AttributeValue::N(number("-31337"))),
        ("binary", AttributeValue::B(text("\0photograph").into_bytes().into())),
        ("string-set", AttributeValue::Ss(vec![text("diagnosis"), text("medication")])),
        ("number-set", AttributeValue::Ns(vec![number("-27182"), number("16180")])),
        ("binary-set", AttributeValue::Bs(vec![vec![0, 0x7f].into(), text("fingerprint").into_bytes().into()])),
        ("boolean", AttributeValue::Bool(true)),
        ("null", AttributeValue::Null(true)),
        ("list", AttributeValue::L(vec![AttributeValue::S(text("address")), AttributeValue::N(number("66260"))])),
        (
            "map",
            AttributeValue::M(HashMap::from([(text("iris"), AttributeValue::L(vec![AttributeValue::Bool(false)]))])),
        ),
    ]
}

/// Returns an item with the partition key `owner`: the ten types under each action, with names such as
/// `SignOnly-string`.
pub fn item(owner: &str) -> Item {
    let named = |action| all_types(owner).map(|(name, value)| (format!("{action:?}-{name}"), value));
    let key = (PARTITION_KEY.to_owned(), AttributeValue::S(owner.to_owned()));
    ACTIONS.into_iter().flat_map(named).chain([key]).collect()
}

/// Returns the actions of [`item`]. Other attributes would be encrypted.
pub fn actions() -> AttributeActions {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with(PARTITION_KEY, AttributeAction::SignOnly);
    let names = all_types("").map(|(name, _)| name);
    ACTIONS
        .into_iter()
        .flat_map(|action| names.map(|name| (format!("{action:?}-{name}"), action)))
        .fold(actions, |actions, (name, action)| actions.with(name, action))
}

/// Returns the table of the sample.
pub fn context() -> ItemContext {
    ItemContext::new("wards").partition_key(PARTITION_KEY)
}

/// Returns the content or wrapping key of the providers here.
///
/// # Errors
/// Never fails.
pub fn aes_key() -> Result<AesKey> {
    AesKey::from_bytes(&AES_KEY)
}

/// Returns the signing key of the providers here.
///
/// # Errors
/// Never fails.
pub fn signing_key() -> Result<HmacKey> {
    HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY)
}

/// Returns one encryptor with a static provider and one with a wrapped provider, with their names.
///
/// # Errors
/// Never fails.
pub fn encryptors() -> Result<[(&'static str, ItemEncryptor); 2]> {
    Ok([
        ("static", ItemEncryptor::new(StaticProvider::new(aes_key()?, signing_key()?))),
        ("wrapped", ItemEncryptor::new(WrappedProvider::new(aes_key()?, signing_key()?))),
    ])
}

/// Parses the entries of a material description, in their order.
pub fn description_entries(mut bytes: &[u8]) -> Option<Vec<(String, String)>> {
    fn take_text(bytes: &mut &[u8]) -> Option<String> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        *bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    bytes = bytes.strip_prefix(&[0; 4])?;
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        entries.push((take_text(&mut bytes)?, take_text(&mut bytes)?));
    }
    Some(entries)
}

/// Serializes a material description with these entries.
pub fn description_of<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> AttributeValue {
    let mut bytes = vec![0; 4];
    for text in entries.into_iter().flat_map(|(key, value)| [key, value]) {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    AttributeValue::B(bytes.into())
}

/// Returns one of `secrets`, in one of its [`written_forms`], that an error or its causes show.
pub fn leak<'a>(error: &Error, secrets: &'a [String]) -> Option<&'a str> {
    let causes = iter::successors(error.source(), |cause: &&dyn StdError| (*cause).source());
    let shown = causes.fold(format!("{error} {error:?}"), |shown, cause| format!("{shown} {cause} {cause:?}"));
    secrets.iter().map(String::as_str).find(|form| shown.contains(form))
}

/// Returns the encodings of the beginning of a secret: text, hexadecimal, base64, and a list of numbers. Secrets of
/// less than four bytes have none, because they cannot be distinguished.
pub fn written_forms(secret: &[u8]) -> Vec<String> {
    let Some(start) = secret.get(..secret.len().min(6)).filter(|start| start.len() >= 4) else {
        return Vec::new();
    };
    vec![
        String::from_utf8_lossy(start).into_owned(),
        start.iter().map(|byte| format!("{byte:02x}")).collect(),
        // The last base64 character is omitted if it depends on the following bytes.
        BASE64.encode(start).chars().take(start.len() * 4 / 3).collect(),
        format!("{start:?}").trim_matches(['[', ']']).to_owned(),
    ]
}

/// Returns every string, number and binary in the values of an item, and every map key. Attribute names are not secret.
pub fn contents(item: &Item) -> Vec<Vec<u8>> {
    item.values().flat_map(contents_of).collect()
}

fn contents_of(value: &AttributeValue) -> Vec<Vec<u8>> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => vec![text.clone().into_bytes()],
        AttributeValue::B(blob) => vec![blob.as_ref().to_vec()],
        AttributeValue::Ss(members) | AttributeValue::Ns(members) => {
            members.iter().map(|member| member.clone().into_bytes()).collect()
        }
        AttributeValue::Bs(members) => members.iter().map(|member| member.as_ref().to_vec()).collect(),
        AttributeValue::L(elements) => elements.iter().flat_map(contents_of).collect(),
        AttributeValue::M(entries) => {
            let keys = entries.keys().map(|key| key.clone().into_bytes());
            keys.chain(entries.values().flat_map(contents_of)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaks_are_found() {
        let error = AesKey::from_bytes(&[1]).unwrap_err();
        assert_eq!(leak(&error, &written_forms(b"an AES key has")), Some("an AES"));
        assert_eq!(leak(&error, &written_forms(b"an RSA key has")), None);
    }
}
