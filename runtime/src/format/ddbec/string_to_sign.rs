//! What the signature covers: hashes of the table name and of every attribute whose action is not `DoNothing`.

use crate::action::AttributeAction;
use crate::context::EncryptionContext;
use crate::crypto::digest::{Digest, sha256};

use super::dialect::Dialect;
use super::serialize::{self, SerializeError};
use super::signed::{SignedAttribute, SignedAttributes};

/// SHA-256 of `ENCRYPTED`.
const ENCRYPTED: Digest = [
    0x39, 0x41, 0x15, 0xac, 0x4e, 0xb0, 0x9a, 0xa4, 0x94, 0x29, 0x34, 0x88, 0x16, 0xb2, 0x03, 0x81, 0x27, 0xb0, 0xf9,
    0xe3, 0xa5, 0x20, 0x37, 0x2a, 0xe1, 0x00, 0xca, 0x19, 0xfb, 0x08, 0xfd, 0x50,
];

/// SHA-256 of `PLAINTEXT`.
const PLAINTEXT: Digest = [
    0xcb, 0x40, 0xe7, 0xda, 0xdc, 0x86, 0x16, 0x1b, 0x97, 0x98, 0xde, 0x48, 0x51, 0x2f, 0x33, 0x2d, 0x21, 0xc1, 0x41,
    0xfc, 0xc1, 0xe2, 0x8a, 0x08, 0x6f, 0xde, 0x4a, 0x33, 0x75, 0xaa, 0xb1, 0xb5,
];

impl SignedAttributes<'_> {
    /// The string to sign of an item whose values are already encrypted. On an error, the attribute's name comes with it.
    pub(crate) fn string_to_sign(
        &self,
        context: &EncryptionContext,
        dialect: Dialect,
    ) -> Result<Vec<u8>, (&str, SerializeError)> {
        let mut bytes = Vec::with_capacity(size_of::<Digest>() * (1 + 3 * self.0.len()));
        bytes.extend_from_slice(&context.table_digest());
        for SignedAttribute { name, known, action, value, .. } in &self.0 {
            match known {
                Some(known) => bytes.extend_from_slice(&known.digest),
                None => bytes.extend_from_slice(&sha256(name.as_bytes())),
            }
            bytes.extend_from_slice(if *action == AttributeAction::EncryptAndSign { &ENCRYPTED } else { &PLAINTEXT });
            bytes.extend_from_slice(&serialize::digest(value, dialect).map_err(|error| (*name, error))?);
        }
        Ok(bytes)
    }
}
