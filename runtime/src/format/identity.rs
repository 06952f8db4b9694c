//! What tells one state of an item from all others.

use std::borrow::Cow;

use crate::item::{AttributeValue, Item};

/// The attribute that changes with every write of an item: its signature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) attribute: Cow<'static, str>,
    pub(crate) value: AttributeValue,
    /// True if no other write makes this value.
    pub(crate) is_unique: bool,
}

impl Identity {
    /// Whether a stored item has this value.
    pub(crate) fn is_of(&self, stored: &Item) -> bool {
        stored.get(self.attribute.as_ref()) == Some(&self.value)
    }
}

/// Which numbers can be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncryptedNumbers {
    /// Those that DynamoDB has, unless the format is told otherwise.
    OfDynamoDb,
    /// Any, since DynamoDB does not see them.
    Any,
}
