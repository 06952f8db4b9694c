//! The signed attributes of an item, in canonical order.

use std::ops::Range;

use crate::crypto::gcm::TAG;
use crate::crypto::wipe::PlaintextBuffer;
use crate::error::{Error, Result};
use crate::item::{AttributeValue, Item};

use super::canonical::utf16_length;
use super::legend::SignedAction;
use super::value;

/// A signed attribute.
pub(super) struct SignedAttribute<'a> {
    pub(super) name: &'a str,
    length: usize,
    pub(super) action: SignedAction,
    pub(super) value: &'a mut AttributeValue,
    /// The range of its value in the buffer of its serialized values.
    pub(super) serialized: Range<usize>,
}

/// The attributes for which `action` returns one, which are the signed ones.
pub(super) fn signed<'a>(
    item: &'a mut Item,
    mut action: impl FnMut(&str) -> Result<Option<SignedAction>>,
) -> Result<Vec<SignedAttribute<'a>>> {
    let mut attributes = Vec::with_capacity(item.len());
    for (name, value) in item {
        if let Some(action) = action(name)? {
            attributes.push(SignedAttribute { name, length: utf16_length(name), action, value, serialized: 0..0 });
        }
    }
    sort(&mut attributes);
    Ok(attributes)
}

fn sort(attributes: &mut [SignedAttribute<'_>]) {
    attributes.sort_unstable_by(|a, b| a.length.cmp(&b.length).then_with(|| a.name.cmp(b.name)));
}

/// Sorts names in the order in which attributes are signed.
pub(super) fn sort_names(names: &mut [&String]) {
    names.sort_unstable_by(|a, b| utf16_length(a).cmp(&utf16_length(b)).then_with(|| a.cmp(b)));
}

impl SignedAttribute<'_> {
    pub(super) fn is_encrypted(&self) -> bool {
        self.action == SignedAction::Encrypt
    }
}

/// Serializes the types and values of all unencrypted attributes.
pub(super) fn serialize_plaintext(attributes: &mut [SignedAttribute<'_>]) -> Result<Vec<u8>> {
    let capacity = attributes.iter().filter(|attribute| !attribute.is_encrypted());
    let mut buffer = Vec::with_capacity(capacity.map(|attribute| value::longest(attribute.value)).sum());
    for attribute in attributes.iter_mut().filter(|attribute| !attribute.is_encrypted()) {
        attribute.serialize(&mut buffer)?;
    }
    Ok(buffer)
}

/// Serializes the types and values of all attributes to encrypt, each followed by space for the tag.
pub(super) fn serialize_secret(attributes: &mut [SignedAttribute<'_>]) -> Result<PlaintextBuffer> {
    let capacity = attributes.iter().filter(|attribute| attribute.is_encrypted());
    let capacity = capacity.map(|attribute| value::longest(attribute.value) + TAG).sum();
    let mut buffer = PlaintextBuffer::with_capacity(capacity);
    for attribute in attributes.iter_mut().filter(|attribute| attribute.is_encrypted()) {
        attribute.serialize(&mut buffer)?;
        buffer.extend_from_slice(&[0; TAG]);
        attribute.serialized.end += TAG;
    }
    Ok(buffer)
}

impl SignedAttribute<'_> {
    fn serialize(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        let start = buffer.len();
        value::serialize(self.value, buffer).map_err(|error| Error::from(error).with_attribute(self.name))?;
        self.serialized = start..buffer.len();
        Ok(())
    }
}
