//! The item format of the AWS Database Encryption SDK for DynamoDB (DB-ESDK).
//!
//! An encrypted attribute becomes a binary of its type, AES-256-GCM ciphertext and tag. The header (`aws_dbe_head`)
//! records the action of each signed attribute, and contains the data key, wrapped for every recipient. The footer
//! (`aws_dbe_foot`) contains one HMAC for every recipient, and a digital signature if the suite has one. Data that is
//! authenticated but not stored, such as the name of the table and the values of the keys, is in the encryption
//! context.
//!
//! An item is processed in three steps: it is prepared, which needs no key; a keyring wraps or unwraps an intermediate
//! key, which may wait for a network; and it is encrypted or decrypted.

mod attributes;
pub(crate) mod beacon;
mod canonical;
mod decrypt;
pub(crate) mod description;
mod deserialize;
mod encrypt;
pub(crate) mod encryption_context;
mod field;
mod footer;
mod header;
mod key_versions;
pub(crate) mod keyring;
mod legend;
mod locked_out;
mod materials;
mod reader;
mod signer;
mod stored;
pub(crate) mod suite;
#[cfg(test)]
pub(crate) mod tests;
mod value;
mod version;

use std::sync::Arc;

pub(crate) use encrypt::key_action;

use keyring::Keyring;
use suite::AlgorithmSuite;

/// The attribute that holds the header, a binary.
pub(crate) const HEAD: &str = "aws_dbe_head";

/// The attribute that holds the footer, a binary.
pub(crate) const FOOT: &str = "aws_dbe_foot";

/// The prefix of the names that the format reserves. Such attributes are never signed.
pub(crate) const RESERVED_PREFIX: &str = "aws_dbe_";

/// The prefix of reserved keys of the encryption context, which no signed attribute's name may have.
pub(crate) const CONTEXT_PREFIX: &str = "aws-crypto-";

/// The default maximum number of matching recipients that are tried.
const MAX_RECIPIENTS: usize = 8;

/// The item format of the [AWS Database Encryption SDK for DynamoDB][sdk], as written and read by version 3.9.0 of its
/// Java client, with the keyring of its keys.
///
/// An item is bound to the name of its table and to its primary key, so the context of an
/// [`ItemEncryptor`](crate::ItemEncryptor) has to name the key. The item records which of its values are encrypted: a
/// reader only needs the actions to determine which attributes are *not* signed, which must never change for stored
/// names.
///
/// ```
/// use dynaseal::ItemEncryptor;
/// use dynaseal::format::Dbesdk;
/// use dynaseal::keyrings::{AesKey, RawAesKeyring};
///
/// let keyring = RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?;
/// let encryptor = ItemEncryptor::new(Dbesdk::new(keyring).max_recipients(2));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// [sdk]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/what-is-database-encryption-sdk.html
#[derive(Clone, Debug)]
pub struct Dbesdk {
    keyring: Arc<dyn Keyring>,
    suite: AlgorithmSuite,
    requires_signature: bool,
    max_recipients: usize,
}

impl Dbesdk {
    /// Creates the format with keys from `keyring`.
    pub fn new(keyring: impl Keyring + 'static) -> Self {
        let keyring: Arc<dyn Keyring> = Arc::new(keyring);
        let signs = keyring.signs_by_default();
        Self { keyring, suite: AlgorithmSuite::Symmetric, requires_signature: false, max_recipients: MAX_RECIPIENTS }
            .digital_signature(signs)
    }

    /// Sets whether items are written with a digital signature, ECDSA P-384; by default only if each recipient's key is
    /// in AWS KMS. Items of both kinds are read.
    ///
    /// The key pair is generated for the item, and any party able to wrap the item's key can generate another. A
    /// signature therefore distinguishes writers from readers only if the permission to wrap can be withheld from
    /// parties that unwrap, as with AWS KMS. Otherwise it proves nothing, and takes longer than everything else.
    #[must_use]
    pub fn digital_signature(mut self, signs: bool) -> Self {
        self.suite = if signs { AlgorithmSuite::DigitalSignature } else { AlgorithmSuite::Symmetric };
        self
    }

    /// Rejects items without a digital signature with `Integrity`.
    #[must_use]
    pub fn require_digital_signature(mut self) -> Self {
        self.requires_signature = true;
        self
    }

    /// Sets the maximum number of recipients matching the keyring that are tried; 8 by default, at least 1.
    #[must_use]
    pub fn max_recipients(mut self, count: usize) -> Self {
        self.max_recipients = count.max(1);
        self
    }

    pub(crate) fn keyring(&self) -> &dyn Keyring {
        &*self.keyring
    }
}
