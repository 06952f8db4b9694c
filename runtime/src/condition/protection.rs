//! What protects an attribute, and what the server can therefore do with it.

/// The protection of a key attribute: signed, readable, never changed.
#[derive(Debug)]
pub enum Key {}

/// The protection of `#[encrypt]`.
#[derive(Debug)]
pub enum Encrypted {}

/// The protection of `#[sign_only]`.
#[derive(Debug)]
pub enum SignOnly {}

/// The protection of `#[do_nothing]`.
#[derive(Debug)]
pub enum DoNothing {}

mod sealed {
    pub trait Readable {}
    impl Readable for super::Key {}
    impl Readable for super::SignOnly {}
    impl Readable for super::DoNothing {}

    pub trait Writable {}
    impl Writable for super::DoNothing {}
}

/// A protection under which the server sees the value of an attribute: every one but encryption.
#[diagnostic::on_unimplemented(
    message = "the server cannot look into an attribute that is encrypted",
    label = "an encrypted field",
    note = "encrypting the same value twice gives two ciphertexts, so to the server none is equal to, less or more than another",
    note = "compare after reading; or ask only whether the attribute is there, with `exists` and `missing`",
    note = "or store the field readable, protected against changes: `#[sign_only]` above it"
)]
pub trait ServerReadable: sealed::Readable {}

#[diagnostic::do_not_recommend]
impl ServerReadable for Key {}

#[diagnostic::do_not_recommend]
impl ServerReadable for SignOnly {}

#[diagnostic::do_not_recommend]
impl ServerReadable for DoNothing {}

/// A protection under which the server can change an attribute without breaking a signature.
#[diagnostic::on_unimplemented(
    message = "the server cannot change an attribute that is signed",
    label = "not a `#[do_nothing]` field",
    note = "the item's signature covers every attribute except `#[do_nothing]` ones; a change by the server would break it",
    note = "use `update_with`, which reads, changes and signs the item anew, safely"
)]
pub trait ServerWritable: sealed::Writable {}

#[diagnostic::do_not_recommend]
impl ServerWritable for DoNothing {}
