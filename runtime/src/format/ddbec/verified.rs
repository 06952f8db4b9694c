//! Attributes with a verified signature.

use crate::error::{Error, Result};
use crate::format::context::ItemContext;

use super::dialect::Dialect;
use super::signed::SignedAttributes;
use super::signing_key::ItemSigningKey;

/// Attributes whose signature was verified. Only [`SignedAttributes::verify`] creates one, so nothing else is
/// decrypted.
pub(super) struct Verified<T>(T);

impl<T> Verified<T> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl SignedAttributes<'_> {
    /// Tries the dialects in order. The attributes are in the order of the Java client, as [`of`](Self::of) returns them.
    pub(super) async fn verify(
        mut self,
        signature: &[u8],
        key: &ItemSigningKey,
        context: &ItemContext,
        dialects: &[Dialect],
    ) -> Result<Verified<Self>> {
        for dialect in dialects {
            if *dialect != Dialect::Java {
                self.sort(*dialect);
            }
            let string_to_sign = self.string_to_sign(context, *dialect);
            if key.verify(string_to_sign, signature).await? {
                return Ok(Verified(self));
            }
        }
        Err(Error::integrity())
    }
}
