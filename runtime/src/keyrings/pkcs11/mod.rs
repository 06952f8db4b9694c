//! Keys that never leave a PKCS#11 token.

mod aes;
mod rsa;

use cryptoki::error::{Error as TokenError, Result as TokenResult, RvError};
use zeroize::Zeroizing;

use crate::format::dbesdk::keyring::IntermediateKey;
use crate::materials::pkcs11::sessions::found_wrong;

pub use aes::Pkcs11AesKeyring;
pub use rsa::Pkcs11RsaKeyring;

/// Returns the key that the token decrypted; `None` if the token rejected the ciphertext. A missing mechanism, or
/// unsupported parameters, are not an error of the ciphertext.
#[inline]
fn opened(response: TokenResult<Vec<u8>>) -> TokenResult<Option<IntermediateKey>> {
    if let Err(TokenError::Pkcs11(RvError::ArgumentsBad | RvError::MechanismParamInvalid, _)) = response {
        return response.map(|_| None);
    }
    let plaintext = found_wrong(response)?.map(Zeroizing::new);
    Ok(plaintext.and_then(|plaintext| IntermediateKey::from_bytes(&plaintext).ok()))
}
