//! Changes that the server executes.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;

/// The attributes to set, add to and remove. The caller ensures that none of them is signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnsignedUpdate {
    pub(crate) set: Vec<(Cow<'static, str>, AttributeValue)>,
    pub(crate) add: Vec<(Cow<'static, str>, AttributeValue)>,
    pub(crate) remove: Vec<Cow<'static, str>>,
    pub(crate) edits: Vec<(Cow<'static, str>, Edit, AttributeValue)>,
}

/// A change that depends on the stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Sets the attribute if the item does not have it.
    SetIfMissing,
    /// Appends elements to a list, which counts as empty if it is missing.
    Append,
    /// Prepends elements.
    Prepend,
    /// Removes members from a set.
    DeleteMembers,
}

impl UnsignedUpdate {
    /// Combines both updates. DynamoDB rejects two changes of one attribute.
    pub(crate) fn join(mut self, other: Self) -> Result<Self> {
        if let Some(name) = other.names().find(|name| self.names().any(|known| known == *name)) {
            return Err(
                Error::new(ErrorKind::Usage, "an update can change an attribute only once").with_attribute(name)
            );
        }
        self.set.extend(other.set);
        self.add.extend(other.add);
        self.remove.extend(other.remove);
        self.edits.extend(other.edits);
        Ok(self)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let edited = self.edits.iter().map(|(name, ..)| name);
        self.set.iter().chain(&self.add).map(|(name, _)| name).chain(&self.remove).chain(edited).map(AsRef::as_ref)
    }
}
