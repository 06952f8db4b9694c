//! AES key wrap.

use std::future::ready;

use crate::crypto::aes_key::AesKey;
use crate::error::Error;
use crate::format::ddbec::provider::MaterialsFuture;
use crate::materials::wrapping_key::WrappingKey;

impl AesKey {
    /// RFC 3394.
    pub(crate) const WRAP_ALGORITHM: &str = "AESWrap";
}

impl WrappingKey for AesKey {
    fn algorithm(&self) -> &str {
        Self::WRAP_ALGORITHM
    }

    #[inline]
    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        let wrapped = self.key_wrap().and_then(|key| key.wrap(content_key.as_bytes()));
        Box::pin(ready(wrapped.ok_or_else(|| Error::materials("the wrapping key cannot be used with AES key wrap"))))
    }

    #[inline]
    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        Box::pin(ready(Ok(self.key_wrap().and_then(|key| AesKey::from_owned(key.unwrap(wrapped)?).ok()))))
    }
}
