//! The cryptography of one item alone, in either format of stored items.

mod dbesdk;
mod ddbec;

use dynaseal::{Item, ItemEncryptor};

use crate::shape::Shape;

#[allow(unused_imports, reason = "not every benchmark has both formats")]
pub(crate) use dbesdk::{Dbesdk, raw_aes_keyring};
#[allow(unused_imports, reason = "not every benchmark has both formats")]
pub(crate) use ddbec::{Ddbec, SIGNING_KEY};

pub(crate) const WRAPPING_KEY: [u8; 32] = [1; 32];

/// The cryptography of a format, which items are compared with.
pub(crate) trait Primitives {
    /// The buffers of an item's cryptography.
    type Buffers: Clone;

    fn new(shape: &Shape) -> Self;

    /// Creates an encryptor with the same keys.
    fn encryptor() -> ItemEncryptor;

    /// Returns the buffers before encryption.
    fn buffers(&self) -> &Self::Buffers;

    fn encrypt(&self, buffers: &mut Self::Buffers);

    fn decrypt(&self, buffers: &mut Self::Buffers);

    /// Returns the item that [`encrypt`](Self::encrypt) created.
    fn stored_item(&self, shape: &Shape, buffers: &Self::Buffers) -> Item;
}
