//! The text form of asymmetric keys (RFC 7468).

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// Decodes an unencrypted PKCS#8 private key.
pub(crate) fn private_key(text: &str) -> Result<Zeroizing<Vec<u8>>> {
    decode(text, "PRIVATE KEY", "`openssl pkcs8 -topk8 -nocrypt` converts other private keys")
}

/// Decodes a SubjectPublicKeyInfo.
pub(crate) fn public_key(text: &str) -> Result<Zeroizing<Vec<u8>>> {
    decode(text, "PUBLIC KEY", "`openssl pkey -pubout` makes one of a private key")
}

fn decode(text: &str, expected: &str, help: &str) -> Result<Zeroizing<Vec<u8>>> {
    match pem_rfc7468::decode_vec(text.as_bytes()) {
        Ok((label, bytes)) => {
            let bytes = Zeroizing::new(bytes);
            if label == expected { Ok(bytes) } else { Err(rejected(expected, &format!("is labeled {label:?}"), help)) }
        }
        Err(_) => Err(rejected(expected, "is not valid PEM", help)),
    }
}

fn rejected(expected: &str, how: &str, help: &str) -> Error {
    Error::new(ErrorKind::Materials, format!("a PEM text labeled {expected:?} is needed, and this {how}; {help}"))
}
