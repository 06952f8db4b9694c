//! Maps an operation's name and JSON body to its response, as in the API reference:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::ciphertext;
use super::keys::{Key, Keys, State};
use super::rejection::{Rejection, invalid, invalid_ciphertext};

/// The algorithm of symmetric keys.
const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

/// Every field of every operation.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub(super) key_id: Option<String>,
    number_of_bytes: Option<usize>,
    key_spec: Option<String>,
    pub(super) plaintext: Option<String>,
    pub(super) ciphertext_blob: Option<String>,
    pub(super) encryption_algorithm: Option<String>,
    pub(super) key_agreement_algorithm: Option<String>,
    pub(super) public_key: Option<String>,
    pub(super) encryption_context: BTreeMap<String, String>,
    pub(super) grant_tokens: Vec<String>,
    source_key_id: Option<String>,
    source_encryption_context: BTreeMap<String, String>,
    destination_key_id: Option<String>,
    destination_encryption_context: BTreeMap<String, String>,
}

/// The principal and Region of a call.
pub(super) struct Caller {
    pub(super) region: String,
    pub(super) principal: String,
}

pub(super) fn respond(keys: &Keys, caller: &Caller, operation: &str, request: &Request) -> Result<Value, Rejection> {
    let service = Service { keys, caller, request };
    match operation {
        #[cfg(any(feature = "aws-lc", feature = "rsa"))]
        "Encrypt" | "Decrypt" if request.encryption_algorithm.as_deref().is_some_and(|name| name != SYMMETRIC) => {
            service.use_rsa_key(operation)
        }
        #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
        "DeriveSharedSecret" => service.derive_shared_secret(),
        #[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
        "GetPublicKey" => service.public_key(),
        "GenerateDataKey" => service.generate_data_key(),
        "GenerateDataKeyWithoutPlaintext" => service.generate_data_key_without_plaintext(),
        "Encrypt" => service.encrypt(),
        "Decrypt" => service.decrypt(),
        "ReEncrypt" => service.re_encrypt(),
        "DescribeKey" => service.describe_key(),
        _ => Err(Rejection::bad("UnknownOperationException", "the KMS double does not have this operation")),
    }
}

pub(super) struct Service<'a> {
    keys: &'a Keys,
    caller: &'a Caller,
    pub(super) request: &'a Request,
}

impl Service<'_> {
    fn generate_data_key(&self) -> Result<Value, Rejection> {
        let (key, data_key, sealed) = self.new_data_key("GenerateDataKey")?;
        Ok(json!({ "KeyId": key.arn, "Plaintext": BASE64.encode(&data_key), "CiphertextBlob": sealed }))
    }

    fn generate_data_key_without_plaintext(&self) -> Result<Value, Rejection> {
        let (key, _, sealed) = self.new_data_key("GenerateDataKeyWithoutPlaintext")?;
        Ok(json!({ "KeyId": key.arn, "CiphertextBlob": sealed }))
    }

    /// Returns a new data key, in plaintext and wrapped.
    fn new_data_key(&self, operation: &str) -> Result<(Key, Zeroizing<Vec<u8>>, String), Rejection> {
        let length = match (self.request.number_of_bytes, self.request.key_spec.as_deref()) {
            (Some(length @ 1..=1024), None) => length,
            (None, Some("AES_256")) => 32,
            (None, Some("AES_128")) => 16,
            _ => return Err(invalid("one of NumberOfBytes, 1 to 1024, and KeySpec is needed")),
        };
        let key = self.usable_key(self.request.key_id.as_deref(), operation)?;
        let mut data_key = Zeroizing::new(vec![0; length]);
        rand::rng().fill_bytes(&mut data_key);
        let sealed = seal(&key, &self.request.encryption_context, &data_key)?;
        Ok((key, data_key, sealed))
    }

    fn encrypt(&self) -> Result<Value, Rejection> {
        let key = self.usable_key(self.request.key_id.as_deref(), "Encrypt")?;
        let plaintext = Zeroizing::new(decode(self.request.plaintext.as_deref())?);
        let sealed = seal(&key, &self.request.encryption_context, &plaintext)?;
        Ok(json!({ "KeyId": key.arn, "CiphertextBlob": sealed, "EncryptionAlgorithm": SYMMETRIC }))
    }

    fn decrypt(&self) -> Result<Value, Rejection> {
        let (key, plaintext) =
            self.open(self.request.key_id.as_deref(), &self.request.encryption_context, "Decrypt")?;
        let plaintext = BASE64.encode(&plaintext);
        Ok(json!({ "KeyId": key.arn, "Plaintext": plaintext, "EncryptionAlgorithm": SYMMETRIC }))
    }

    fn re_encrypt(&self) -> Result<Value, Rejection> {
        let request = self.request;
        let (source, plaintext) =
            self.open(request.source_key_id.as_deref(), &request.source_encryption_context, "ReEncryptFrom")?;
        let destination = self.usable_key(request.destination_key_id.as_deref(), "ReEncryptTo")?;
        let sealed = seal(&destination, &request.destination_encryption_context, &plaintext)?;
        Ok(json!({
            "KeyId": destination.arn,
            "SourceKeyId": source.arn,
            "CiphertextBlob": sealed,
            "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }))
    }

    fn describe_key(&self) -> Result<Value, Rejection> {
        let identifier = self.request.key_id.as_deref().ok_or_else(|| invalid("KeyId is missing"))?;
        let key = self.keys.resolve(&self.caller.region, identifier)?;
        let state = match key.state {
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::PendingDeletion => "PendingDeletion",
        };
        let multi_region = key.id.starts_with("mrk-");
        Ok(
            json!({ "KeyMetadata": { "KeyId": key.id, "Arn": key.arn, "KeyState": state, "MultiRegion": multi_region } }),
        )
    }

    fn open(
        &self,
        named: Option<&str>,
        context: &BTreeMap<String, String>,
        operation: &str,
    ) -> Result<(Key, Zeroizing<Vec<u8>>), Rejection> {
        let region = &self.caller.region;
        let named = named.map(|identifier| self.keys.resolve(region, identifier)).transpose()?;
        let sealed = decode(self.request.ciphertext_blob.as_deref())?;
        let id = ciphertext::key_id(&sealed).ok_or_else(invalid_ciphertext)?;
        let key = match named {
            Some(named) if named.id != id => {
                return Err(Rejection::bad("IncorrectKeyException", "the ciphertext is not one of this key"));
            }
            Some(named) => named,
            None => self.keys.by_id(region, id).ok_or_else(|| {
                Rejection::bad("AccessDeniedException", "the ciphertext refers to a key that is not in this Region")
            })?,
        };
        self.keys.authorize(&key, &self.caller.principal, operation, &self.request.grant_tokens)?;
        let plaintext = ciphertext::open(key.symmetric()?, context, &sealed).ok_or_else(invalid_ciphertext)?;
        Ok((key, plaintext))
    }

    /// Returns the key with this identifier, if the caller may use it for this operation.
    pub(super) fn usable_key(&self, identifier: Option<&str>, operation: &str) -> Result<Key, Rejection> {
        let identifier = identifier.ok_or_else(|| invalid("KeyId is missing"))?;
        let key = self.keys.resolve(&self.caller.region, identifier)?;
        self.keys.authorize(&key, &self.caller.principal, operation, &self.request.grant_tokens)?;
        Ok(key)
    }
}

fn seal(key: &Key, context: &BTreeMap<String, String>, plaintext: &[u8]) -> Result<String, Rejection> {
    ciphertext::seal(key, key.symmetric()?, context, plaintext)
        .map(|sealed| BASE64.encode(sealed))
        .ok_or_else(|| Rejection { status: 500, code: "KMSInternalException", message: "the cipher failed".to_owned() })
}

/// Returns the bytes of a blob field.
pub(super) fn decode(text: Option<&str>) -> Result<Vec<u8>, Rejection> {
    text.and_then(|text| BASE64.decode(text).ok())
        .filter(|bytes| (1..=6144).contains(&bytes.len()))
        .ok_or_else(|| invalid("a blob of 1 to 6144 bytes is needed"))
}
