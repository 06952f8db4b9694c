//! AES key wrap.

use crate::crypto::aes_key::AesKey;
use crate::crypto::key_wrap;
use crate::error::Error;
use crate::materials::provider::MaterialsFuture;
use crate::materials::wrapping_key::WrappingKey;

/// RFC 3394.
const AES_WRAP: &str = "AESWrap";

impl WrappingKey for AesKey {
    fn algorithm(&self) -> &str {
        AES_WRAP
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
