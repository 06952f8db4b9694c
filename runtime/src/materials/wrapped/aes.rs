//! AES key wrap.

use crate::crypto::aes_key::AesKey;
use crate::crypto::key_wrap;
use crate::error::Error;
use crate::materials::provider::MaterialsFuture;
use crate::materials::wrapping_key::WrappingKey;

impl AesKey {
    /// RFC 3394.
    pub(crate) const WRAP_ALGORITHM: &str = "AESWrap";
}

impl WrappingKey for AesKey {
    fn algorithm(&self) -> &str {
        Self::WRAP_ALGORITHM
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async move {
            key_wrap::wrap(self, content_key)
                .ok_or_else(|| Error::materials("the wrapping key cannot be used with AES key wrap"))
        })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        Box::pin(async move { Ok(key_wrap::unwrap(self, wrapped)) })
    }
}
