//! Calls to KMS.

pub(crate) mod any_key;
#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
pub(crate) mod asymmetric;
pub(crate) mod clients;
pub(crate) mod error;
pub(crate) mod key_arn;
pub(crate) mod key_id;

use std::collections::HashMap;
use std::fmt;

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

/// A plaintext data key.
pub(crate) type DataKey = Zeroizing<Vec<u8>>;

/// KMS takes ciphertexts of 1 to 6,144 bytes:
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>.
pub(crate) const MAX_CIPHERTEXT: usize = 6144;

/// The length of a new data key, in bytes.
const DATA_KEY_LENGTH: i32 = 32;

#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) clients: RegionalClients,
    pub(crate) grant_tokens: Vec<String>,
    /// The name under which uses of keys are recorded.
    user: &'static str,
}

/// A data key that KMS has made.
pub(crate) struct NewDataKey {
    pub(crate) plaintext: DataKey,
    pub(crate) encrypted: Blob,
    /// The key that KMS reports as used.
    pub(crate) used: String,
}

/// A data key that KMS has decrypted.
pub(crate) struct OpenedDataKey {
    pub(crate) plaintext: DataKey,
    /// The key that KMS reports as used.
    pub(crate) used: String,
}

impl Service {
    pub(crate) fn new(client: Client, user: &'static str) -> Self {
        Self { clients: RegionalClients::new(client), grant_tokens: Vec::new(), user }
    }

    /// Returns a new data key, in plaintext and encrypted by KMS.
    pub(crate) async fn generate_data_key(
        &self,
        key: &KmsKeyId,
        context: KmsContext,
        table: &str,
    ) -> Result<NewDataKey> {
        const OPERATION: &str = "GenerateDataKey";

        let response = self
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
        let plaintext = secret(response.plaintext)?;
        audit::key_used(self.user, OPERATION, response.key_id.as_deref().unwrap_or(key.as_str()), table);
        let encrypted = response.ciphertext_blob.ok_or_else(no_data_key)?;
        Ok(NewDataKey { plaintext, encrypted, used: response.key_id.unwrap_or_default() })
    }

    /// Decrypts the data key with `key` or, unless it `is_named` in the request, with any key in its Region. `None` if
    /// KMS detects that it was changed or belongs to another encryption context.
    pub(crate) async fn decrypt(
        &self,
        (key, is_named): (&KmsKeyId, bool),
        encrypted_key: &Blob,
        context: KmsContext,
        table: &str,
    ) -> Result<Option<OpenedDataKey>> {
        const OPERATION: &str = "Decrypt";

        let response = self
            .clients
            .client(key.region())
            .decrypt()
            .set_key_id(is_named.then(|| key.as_str().to_owned()))
            .ciphertext_blob(encrypted_key.clone())
            .set_encryption_context(Some(context))
            .set_grant_tokens(self.grant_tokens())
            .send()
            .await
            .map_err(|error| explain(OPERATION, key, error));
        let response = match response {
            Err(error) if error.aws_code() == Some(INVALID_CIPHERTEXT) => return Ok(None),
            response => response?,
        };
        let plaintext = secret(response.plaintext)?;
        let used = response.key_id.unwrap_or_default();
        audit::key_used(self.user, OPERATION, &used, table);
        Ok(Some(OpenedDataKey { plaintext, used }))
    }

    fn grant_tokens(&self) -> Option<Vec<String>> {
        (!self.grant_tokens.is_empty()).then(|| self.grant_tokens.clone())
    }
}

/// Omits the grant tokens, which grant permissions.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("clients", &self.clients).finish_non_exhaustive()
    }
}

/// The error if KMS reports another key than the requested one.
pub(crate) fn another_key(key: &KmsKeyId, used: &str) -> Error {
    Error::materials(format!("the call named the key {:?} and KMS used {used:?}; check the endpoint", key.as_str()))
}

fn secret(plaintext: Option<Blob>) -> Result<DataKey> {
    plaintext.map(|blob| Zeroizing::new(blob.into_inner())).ok_or_else(no_data_key)
}

fn no_data_key() -> Error {
    Error::new(ErrorKind::Unavailable, "the response of KMS contains no data key; check the endpoint, and try again")
}
