//! The item format of the DynamoDB Encryption Client (DDBEC) for Java and Python.
//!
//! An encrypted attribute becomes a binary of initialization vector and ciphertext. One signature covers the table name
//! and every attribute whose action is not `DoNothing`. The material description records how the item was encrypted; it
//! is neither encrypted nor signed, so it is never trusted to choose an algorithm.

mod attribute;
mod decrypt;
pub(crate) mod description;
pub(crate) mod deserialize;
pub(crate) mod dialect;
mod encrypt;
mod future;
pub(crate) mod material_description;
pub(crate) mod names;
mod one_item;
pub(crate) mod prepared;
pub(crate) mod provider;
mod python;
pub(crate) mod serialize;
pub(crate) mod signed;
pub(crate) mod signing_key;
mod stored;
pub(crate) mod string_to_sign;
mod verified;

use std::sync::Arc;

use names::Names;
use one_item::OneItem;
use provider::CryptographicMaterialsProvider;

/// The attribute that holds the signature, a binary.
pub(crate) const SIGNATURE: &str = "*amzn-ddb-map-sig*";

/// The attribute that holds the serialized material description, a binary.
pub(crate) const DESCRIPTION: &str = "*amzn-ddb-map-desc*";

/// The description's entry for the cipher mode of attributes.
pub(crate) const CIPHER_MODE: &str = "amzn-ddb-map-sym-mode";

/// The only cipher mode that clients have ever written. Accepting others would let an attacker choose.
pub(crate) const CBC_PKCS5: &str = "/CBC/PKCS5Padding";

/// The description's entry for the signing algorithm.
pub(crate) const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";

/// The tag with which a serialized value begins, after a zero byte.
pub(crate) mod tag {
    pub(crate) const STRING: u8 = b's';
    pub(crate) const NUMBER: u8 = b'n';
    pub(crate) const BINARY: u8 = b'b';
    pub(crate) const STRING_SET: u8 = b'S';
    pub(crate) const NUMBER_SET: u8 = b'N';
    pub(crate) const BINARY_SET: u8 = b'B';
    pub(crate) const BOOLEAN: u8 = b'?';
    pub(crate) const NULL: u8 = 0;
    pub(crate) const LIST: u8 = b'L';
    pub(crate) const MAP: u8 = b'M';
}

/// The item format of AWS's [DynamoDB Encryption Client][concepts], as version 2.0.3 of its Java client and version 3.3.0 of its
/// Python client write and read it, with the provider of its keys.
///
/// The settings are for tables that were written with custom settings. Where none are needed, use a provider in place of this
/// type.
///
/// ```
/// use dynaseal::ItemEncryptor;
/// use dynaseal::format::Ddbec;
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
///
/// let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// let encryptor = ItemEncryptor::new(Ddbec::new(provider).signature_attribute("signature"));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// [concepts]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/DDBEC-legacy-concepts.html
#[derive(Clone, Debug)]
pub struct Ddbec {
    provider: Arc<dyn CryptographicMaterialsProvider>,
    python_numbers: bool,
    long_numbers: bool,
    names: Names,
}

impl Ddbec {
    /// Creates the format with the usual names, and with keys from `provider`.
    pub fn new(provider: impl CryptographicMaterialsProvider + 'static) -> Self {
        Self { provider: Arc::new(provider), python_numbers: false, long_numbers: false, names: Names::default() }
    }

    /// Also accepts signatures of the Python client over numbers of more than 28 digits that are signed but not encrypted.
    ///
    /// That client rounds such a number to 28 digits before it signs. The remaining digits can be changed without detection,
    /// so such signatures are rejected by default.
    #[must_use]
    pub fn accept_python_numbers(mut self) -> Self {
        self.python_numbers = true;
        self
    }

    /// Also encrypts numbers that DynamoDB does not support: with more than 38 digits, or out of its range.
    ///
    /// DynamoDB does not see encrypted numbers. The Java client writes such numbers, which are always read; with this
    /// setting they can also be written. A [`Repository`](crate::Repository) and an
    /// [`EncryptedTable`](crate::EncryptedTable) always enable it. The Python client rounds or rejects them when it
    /// reads.
    #[must_use]
    pub fn accept_long_numbers(mut self) -> Self {
        self.long_numbers = true;
        self
    }

    /// Allows [beacons](crate::beacon) on items of this format, which AWS's clients do not have. They are stored under the names
    /// and with the hashes of the AWS Database Encryption SDK, so that they and their indexes survive a later move to that format.
    ///
    /// They are **not signed**, as those of the other format are not: an attacker who can write to the table can hide items from a
    /// search. The Python client reads such items only with `DO_NOTHING` for each of the names, since it verifies every attribute
    /// that its actions do not name; a mapper of the Java client ignores them. Both lose or keep outdated beacons when they write
    /// an item, which [`rebuild_beacons`](crate::Repository::rebuild_beacons) repairs. Every dynaseal client of the table needs this
    /// setting.
    ///
    /// ```
    /// use dynaseal::ItemEncryptor;
    /// use dynaseal::format::Ddbec;
    /// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    ///
    /// let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// let encryptor = ItemEncryptor::new(Ddbec::new(provider).unsigned_beacons());
    /// # Ok::<(), dynaseal::Error>(())
    /// ```
    #[must_use]
    pub fn unsigned_beacons(mut self) -> Self {
        self.names.beacons = true;
        self
    }

    /// Names the attribute that holds the signature, instead of `*amzn-ddb-map-sig*`.
    ///
    /// For tables that the Java client wrote with `setSignatureFieldName`. The Python client knows only the usual names.
    #[must_use]
    pub fn signature_attribute(mut self, name: impl Into<String>) -> Self {
        self.names.signature = name.into().into();
        self
    }

    /// Names the attribute that holds the material description, instead of `*amzn-ddb-map-desc*`.
    ///
    /// For tables that the Java client wrote with `setMaterialDescriptionFieldName`. The Python client knows only the usual
    /// names.
    #[must_use]
    pub fn description_attribute(mut self, name: impl Into<String>) -> Self {
        self.names.description = name.into().into();
        self
    }

    /// Sets the prefix of the format's own entries in the material description, instead of `amzn-ddb-map-`.
    ///
    /// For tables that the Java client wrote with `getInstance(provider, base)`. Providers' entries keep their names.
    #[must_use]
    pub fn description_prefix(mut self, prefix: &str) -> Self {
        self.names.set_description_prefix(prefix);
        self
    }

    /// Returns the same format for one item, whose keys are requested once for any number of attempts.
    pub(crate) fn for_one_item(&self) -> Self {
        Self { provider: Arc::new(OneItem::new(Arc::clone(&self.provider))), ..self.clone() }
    }

    pub(crate) fn provider(&self) -> &dyn CryptographicMaterialsProvider {
        &*self.provider
    }
}

#[cfg(test)]
mod tests;
