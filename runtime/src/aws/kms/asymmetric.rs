//! Calls to KMS with key pairs.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use aws_sdk_kms::types::EncryptionAlgorithmSpec;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
use aws_sdk_kms::types::{KeyAgreementAlgorithmSpec, KeySpec, KeyUsageType};

use crate::aws::audit;
use crate::error::{Error, Result};

use super::clients::RegionalClients;
use super::error::{INVALID_CIPHERTEXT, explain};
use super::key_arn::KeyArn;
use super::{DataKey, Service, another_key, secret};

impl Service {
    /// Decrypts a ciphertext of the public key of `key`; `None` if KMS rejects it.
    #[cfg(any(feature = "aws-lc", feature = "rsa"))]
    pub(crate) async fn decrypt_rsa(
        &self,
        key: &KeyArn,
        algorithm: EncryptionAlgorithmSpec,
        ciphertext: &[u8],
        table: &str,
    ) -> Result<Option<DataKey>> {
        const OPERATION: &str = "Decrypt";

        let id = key.to_key_id();
        let client = self.clients.client(Some(key.region()));
        let request = client.decrypt().key_id(id.as_str()).encryption_algorithm(algorithm);
        let request = request.ciphertext_blob(Blob::new(ciphertext)).set_grant_tokens(self.grant_tokens());
        let response = match request.send().await.map_err(|error| explain(OPERATION, &id, error)) {
            Err(error) if error.aws_code() == Some(INVALID_CIPHERTEXT) => return Ok(None),
            response => response?,
        };
        let plaintext = secret(response.plaintext)?;
        let used = response.key_id.unwrap_or_default();
        audit::key_used(self.user, OPERATION, &used, table);
        if used == id.as_str() { Ok(Some(plaintext)) } else { Err(another_key(&id, &used)) }
    }

    /// Returns the secret that `key` shares with a public key in SubjectPublicKeyInfo.
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub(crate) async fn derive_shared_secret(&self, key: &KeyArn, peer: Vec<u8>, table: &str) -> Result<DataKey> {
        const OPERATION: &str = "DeriveSharedSecret";

        let id = key.to_key_id();
        let client = self.clients.client(Some(key.region()));
        let request = client.derive_shared_secret().key_id(id.as_str());
        let request = request.key_agreement_algorithm(KeyAgreementAlgorithmSpec::Ecdh).public_key(Blob::new(peer));
        let response = request.set_grant_tokens(self.grant_tokens()).send().await;
        let response = response.map_err(|error| explain(OPERATION, &id, error))?;
        let plaintext = secret(response.shared_secret)?;
        let used = response.key_id.unwrap_or_default();
        audit::key_used(self.user, OPERATION, &used, table);
        if used == id.as_str() { Ok(plaintext) } else { Err(another_key(&id, &used)) }
    }
}

/// Returns the curve of a key for key agreement, and its public key in SubjectPublicKeyInfo.
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(crate) async fn agreement_key(client: Client, key: &KeyArn) -> Result<(KeySpec, Vec<u8>)> {
    const OPERATION: &str = "GetPublicKey";

    let id = key.to_key_id();
    let client = RegionalClients::new(client).client(Some(key.region()));
    let response = client.get_public_key().key_id(id.as_str()).send().await;
    let response = response.map_err(|error| explain(OPERATION, &id, error))?;
    let used = response.key_id.unwrap_or_default();
    if used != id.as_str() {
        return Err(another_key(&id, &used));
    }
    match (response.key_usage, response.key_spec, response.public_key) {
        (Some(KeyUsageType::KeyAgreement), Some(curve), Some(public_key)) => Ok((curve, public_key.into_inner())),
        _ => Err(Error::materials(format!(
            "the KMS key {key} is not a key pair whose usage is KEY_AGREEMENT; use one that is"
        ))),
    }
}
