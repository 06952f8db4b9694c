//! Errors of KMS, with messages that name what to fix.

use std::error::Error as StdError;

use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind};

use super::key_id::KmsKeyId;

/// KMS's error code for a ciphertext that was changed, or belongs to another encryption context.
pub(crate) const INVALID_CIPHERTEXT: &str = "InvalidCiphertextException";

/// KMS's error code for a ciphertext under another key than the named one.
pub(crate) const INCORRECT_KEY: &str = "IncorrectKeyException";

/// Returns the error of `operation` under `key`.
pub(crate) fn explain<E>(operation: &'static str, key: &KmsKeyId, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let code = error.code().map(str::to_owned);
    let Some((kind, message)) = code.as_deref().and_then(|code| meaning(code, operation)) else {
        return from_sdk(operation, error);
    };
    let request_id = error.request_id().map(str::to_owned);
    Error::new(kind, format!("KMS key {:?}: {message}", key.as_str())).with_operation(operation).with_sdk_error(
        code,
        request_id,
        error.into(),
    )
}

fn meaning(code: &str, operation: &str) -> Option<(ErrorKind, String)> {
    let message = match code {
        "AccessDeniedException" => {
            return Some((
                ErrorKind::Materials,
                format!(
                    "access denied; allow kms:{operation} on it to these credentials, in the key policy and in IAM, or \
                     pass a grant token"
                ),
            ));
        }
        "NotFoundException" | "InvalidArnException" | "ValidationException" => {
            "there is no such key or alias in the Region of the call; check the identifier, the account and the Region"
        }
        "DisabledException" => "the key is disabled; enable it",
        "KMSInvalidStateException" => {
            "the key's state does not allow its use, such as pending deletion; cancel the deletion, or restore its material"
        }
        INCORRECT_KEY => {
            "the item was written under another key; if that key is trusted, name it with `also_decrypt_with`. An alias \
             means only the key that it points to now"
        }
        "InvalidKeyUsageException" | "UnsupportedOperationException" => {
            "the key is of another kind or usage than this call needs; use one that the documentation of the provider or keyring names"
        }
        "InvalidGrantTokenException" => "a grant token is not valid; remove it or create a new one",
        "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "UnrecognizedClientException" => "the credentials were not accepted; renew them, and check the clock",
        "ThrottlingException" | "LimitExceededException" | "RequestLimitExceeded" => {
            return Some((ErrorKind::Throttled, "KMS throttles requests; try again later".to_owned()));
        }
        "KeyUnavailableException" | "DependencyTimeoutException" | "KMSInternalException" => {
            return Some((ErrorKind::Unavailable, "KMS had an internal failure; try again later".to_owned()));
        }
        _ => return None,
    };
    Some((ErrorKind::Materials, message.to_owned()))
}
