//! The two calls to KMS.

pub(crate) mod clients;
pub(crate) mod error;
pub(crate) mod key_id;

use std::collections::HashMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use zeroize::Zeroizing;

use crate::aws::audit;
use crate::error::{Error, ErrorKind, Result};

use self::clients::RegionalClients;
use self::error::{INVALID_CIPHERTEXT, explain};
use self::key_id::KmsKeyId;

/// The encryption context of a call.
pub(crate) type KmsContext = HashMap<String, String>;

/// A data key in plain.
pub(crate) type DataKey = Zeroizing<Vec<u8>>;

/// The bytes of a new data key.
const DATA_KEY_LENGTH: i32 = 32;

/// The name under which uses of keys are recorded.
const PROVIDER: &str = "DirectKmsProvider";

#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) clients: RegionalClients,
    pub(crate) grant_tokens: Vec<String>,
    /// Whether KMS may decrypt with keys that were not named.
    pub(crate) any_key: bool,
}

impl Service {
    pub(crate) fn new(client: Client) -> Self {
        Self { clients: RegionalClients::new(client), grant_tokens: Vec::new(), any_key: false }
    }

    /// A new data key, and what KMS made of it.
    pub(crate) async fn generate_data_key(
        &self,
        key: &KmsKeyId,
        context: KmsContext,
        table: &str,
    ) -> Result<(DataKey, Blob)> {
        const OPERATION: &str = "GenerateDataKey";

        let answer = self
            .clients
            .client(key.region())
            .generate_data_key()
            .key_id(key.as_str())
            .number_of_bytes(DATA_KEY_LENGTH)
            .set_encryption_context(Some(context))
            .set_grant_tokens(self.grant_tokens())
            .send()
            .await
            .map_err(|error| explain(OPERATION, key, error))?;
        audit::key_used(PROVIDER, OPERATION, answer.key_id.as_deref().unwrap_or(key.as_str()), table);
        Ok((secret(answer.plaintext)?, answer.ciphertext_blob.ok_or_else(no_data_key)?))
    }

    /// The data key again; `None` if KMS finds that it was changed or belongs to another encryption context.
    pub(crate) async fn decrypt(
        &self,
        key: &KmsKeyId,
        encrypted_key: &Blob,
        context: KmsContext,
        table: &str,
    ) -> Result<Option<DataKey>> {
        const OPERATION: &str = "Decrypt";

        let answer = self
            .clients
            .client(key.region())
            .decrypt()
            .set_key_id((!self.any_key).then(|| key.as_str().to_owned()))
            .ciphertext_blob(encrypted_key.clone())
            .set_encryption_context(Some(context))
            .set_grant_tokens(self.grant_tokens())
            .send()
            .await
            .map_err(|error| explain(OPERATION, key, error));
        let answer = match answer {
            Err(error) if error.aws_code() == Some(INVALID_CIPHERTEXT) => return Ok(None),
            answer => answer?,
        };
        let data_key = secret(answer.plaintext)?;
        let used = answer.key_id.unwrap_or_default();
        audit::key_used(PROVIDER, OPERATION, &used, table);
        if !self.any_key && !key.agrees_with(&used) {
            return Err(Error::new(
                ErrorKind::Materials,
                format!("KMS was told to use the key {:?} and used {used:?}; check the endpoint", key.as_str()),
            ));
        }
        Ok(Some(data_key))
    }

    fn grant_tokens(&self) -> Option<Vec<String>> {
        (!self.grant_tokens.is_empty()).then(|| self.grant_tokens.clone())
    }
}

fn secret(plaintext: Option<Blob>) -> Result<DataKey> {
    plaintext.map(|blob| Zeroizing::new(blob.into_inner())).ok_or_else(no_data_key)
}

fn no_data_key() -> Error {
    Error::new(ErrorKind::Unavailable, "KMS answered without a data key; check the endpoint, and try again")
}
