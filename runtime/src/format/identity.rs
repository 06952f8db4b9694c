//! The identity of one state of an item.

use std::borrow::Cow;

use crate::item::{AttributeValue, Item};

/// The attribute that changes with every write of an item: its signature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) attribute: Cow<'static, str>,
    pub(crate) value: AttributeValue,
    /// Whether no other write produces this value.
    pub(crate) is_unique: bool,
}

impl Identity {
    /// Returns whether a stored item has this value.
    pub(crate) fn is_of(&self, stored: &Item) -> bool {
        stored.get(self.attribute.as_ref()) == Some(&self.value)
    }
}

/// The numbers that can be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncryptedNumbers {
    /// Those that DynamoDB supports. The default.
    OfDynamoDb,
    /// Any number, because DynamoDB does not see them.
    Any,
}
