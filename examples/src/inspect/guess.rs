//! Properties of a stored item that are visible without any key. None of them is protected: an attacker who can write
//! to the table can change them.

use dynaseal::materials::MaterialDescription;
use dynaseal::{AttributeAction, AttributeValue, Item};

pub(super) const SIGNATURE: &str = "*amzn-ddb-map-sig*";
const DESCRIPTION: &str = "*amzn-ddb-map-desc*";

const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";
const ENCRYPTED_KEY: &str = "amzn-ddb-env-key";
const MATERIAL_ID: &str = "amzn-ddb-meta-id";

/// An initialization vector and at least one block.
const SHORTEST_CIPHERTEXT: usize = 32;
const BLOCK: usize = 16;

pub(super) fn is_added(name: &str) -> bool {
    name == SIGNATURE || name == DESCRIPTION
}

/// Returns the material description, which is empty if there is none.
pub(super) fn description(item: &Item) -> Result<MaterialDescription, String> {
    match item.get(DESCRIPTION) {
        None => Ok(MaterialDescription::new()),
        Some(AttributeValue::B(bytes)) => {
            MaterialDescription::from_bytes(bytes.as_ref()).map_err(|error| error.to_string())
        }
        Some(_) => Err("the material description is not a binary".to_owned()),
    }
}

/// Returns the signing algorithm that the item records. The Java client omits it for HMAC, whose variants differ in
/// their length.
pub(super) fn signing_algorithm<'a>(item: &Item, description: Option<&'a MaterialDescription>) -> Option<&'a str> {
    let said = description.and_then(|description| description.entry(SIGNING_ALGORITHM));
    said.or_else(|| match item.get(SIGNATURE)?.as_b().ok()?.as_ref().len() {
        28 => Some("HmacSHA224"),
        32 => Some("HmacSHA256"),
        48 => Some("HmacSHA384"),
        64 => Some("HmacSHA512"),
        _ => None,
    })
}

/// Returns the wrapping algorithm that the item records for its content key.
pub(super) fn wrap_algorithm(description: &MaterialDescription) -> Option<&str> {
    description.entry(WRAP_ALGORITHM)
}

/// Returns the name of the material in a metastore that the item records.
pub(super) fn material_name(description: &MaterialDescription) -> Option<&str> {
    description.entry(MATERIAL_ID)?.split('#').next()
}

/// Guesses the action: an encrypted value is a binary of whole blocks, and so are some other binaries.
pub(super) fn action(value: &AttributeValue) -> AttributeAction {
    match value {
        AttributeValue::B(bytes)
            if bytes.as_ref().len() >= SHORTEST_CIPHERTEXT && bytes.as_ref().len() % BLOCK == 0 =>
        {
            AttributeAction::EncryptAndSign
        }
        _ => AttributeAction::SignOnly,
    }
}

/// Guesses the provider from the description.
pub(super) fn provider(description: &MaterialDescription) -> &'static str {
    let has = |key| description.entry(key).is_some();
    match description.entry(WRAP_ALGORITHM) {
        Some("kms") => "DirectKmsProvider",
        _ if has(MATERIAL_ID) => "MostRecentProvider",
        _ if has(ENCRYPTED_KEY) => "WrappedProvider or KeyFileProvider",
        _ => "StaticProvider",
    }
}
