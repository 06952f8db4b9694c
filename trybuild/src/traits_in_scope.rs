//! The generated code calls nothing by a name that a trait in scope could have, too.

use std::collections::BTreeSet;

use dynaseal::EncryptedItem;

/// A trait for every type, whose methods have the names of methods that the generated code uses.
pub trait Everything: Sized {
    /// Not called.
    fn kind(self) {}
    /// Not called.
    fn field(self, _: &str) {}
    /// Not called.
    fn encode(self) {}
    /// Not called.
    fn decode(self) {}
    /// Not called.
    fn put(self) {}
    /// Not called.
    fn take(self) {}
    /// Not called.
    fn finish(self) {}
    /// Not called.
    fn check(self) {}
    /// Not called.
    fn local(self) {}
    /// Not called.
    fn template_value(self) {}
    /// Not called.
    fn debug_struct(self) {}
}

impl<T> Everything for T {}

/// An entity in the same scope.
#[derive(EncryptedItem)]
#[item(debug, sort_key(name = "SK", template = "{number}#{name}"))]
#[item(index(name = "by-logins", local, sort = logins, projection = keys_only))]
pub struct Employee {
    /// The partition key.
    #[partition_key]
    pub id: String,
    /// Part of the sort key.
    #[sign_only]
    pub number: u32,
    /// Part of the sort key.
    #[sign_only]
    pub name: String,
    /// An index key.
    #[sign_only]
    pub logins: u64,
    /// A list.
    pub tags: Vec<String>,
    /// A set.
    #[item(set)]
    pub skills: BTreeSet<String>,
}
