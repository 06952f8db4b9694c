//! The item format of the DynamoDB Encryption Client (DDBEC) for Java and Python.
//!
//! An attribute that is encrypted becomes a binary of initialization vector and ciphertext. One signature covers the table
//! name and every attribute whose action is not `DoNothing`. The material description says how the item was made; it is
//! neither encrypted nor signed, so nothing in it is ever trusted to choose an algorithm.

mod attribute;
pub(crate) mod description;
pub(crate) mod deserialize;
pub(crate) mod dialect;
pub(crate) mod material_description;
pub(crate) mod names;
pub(crate) mod provider;
pub(crate) mod serialize;
pub(crate) mod signed;
pub(crate) mod signing_key;
pub(crate) mod string_to_sign;

/// The attribute that holds the signature, a binary.
pub(crate) const SIGNATURE: &str = "*amzn-ddb-map-sig*";

/// The attribute that holds the serialized material description, a binary.
pub(crate) const DESCRIPTION: &str = "*amzn-ddb-map-desc*";

/// The description's entry for the cipher mode of attributes.
pub(crate) const CIPHER_MODE: &str = "amzn-ddb-map-sym-mode";

/// The only cipher mode that was ever written. Readers that accept others let an attacker choose.
pub(crate) const CBC_PKCS5: &str = "/CBC/PKCS5Padding";

/// The description's entry for the signing algorithm.
pub(crate) const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";

/// How deep lists and maps may be nested. DynamoDB allows 32 levels, but does not see into encrypted values; the bound keeps
/// stored data from exhausting the stack.
pub(crate) const MAX_NESTING: usize = 128;

/// The tag that a serialized value begins with, after a zero byte.
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
