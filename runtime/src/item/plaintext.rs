//! Plaintext owned by this crate, which is overwritten before its memory is freed.

use std::ops::{Deref, DerefMut};

use crate::crypto::wipe::wipe;
use crate::item::{AttributeValue, Item};

/// A plaintext item, whose values are overwritten when it is dropped.
#[derive(Clone, Default)]
pub(crate) struct PlaintextItem(Item);

impl PlaintextItem {
    /// Returns the item itself, for its next owner.
    pub(crate) fn into_inner(mut self) -> Item {
        std::mem::take(&mut self.0)
    }
}

impl From<Item> for PlaintextItem {
    fn from(item: Item) -> Self {
        Self(item)
    }
}

impl Deref for PlaintextItem {
    type Target = Item;

    fn deref(&self) -> &Item {
        &self.0
    }
}

impl DerefMut for PlaintextItem {
    fn deref_mut(&mut self) -> &mut Item {
        &mut self.0
    }
}

impl Drop for PlaintextItem {
    fn drop(&mut self) {
        self.0.drain().for_each(|(_, value)| wipe_value(value));
    }
}

/// Overwrites a value and all nested values. Lists and maps are not nested deeper than items allow.
pub(crate) fn wipe_value(value: AttributeValue) {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => wipe_text(text),
        AttributeValue::B(blob) => wipe(&mut blob.into_inner()),
        AttributeValue::Ss(texts) | AttributeValue::Ns(texts) => texts.into_iter().for_each(wipe_text),
        AttributeValue::Bs(blobs) => blobs.into_iter().for_each(|blob| wipe(&mut blob.into_inner())),
        AttributeValue::L(values) => values.into_iter().for_each(wipe_value),
        AttributeValue::M(entries) => {
            for (key, value) in entries {
                wipe_text(key);
                wipe_value(value);
            }
        }
        _ => {}
    }
}

fn wipe_text(text: String) {
    wipe(&mut text.into_bytes());
}
