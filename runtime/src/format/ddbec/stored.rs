//! What can be seen of a stored item without a key.

use std::borrow::Cow;

use crate::format::identity::Identity;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

use super::Ddbec;

impl Ddbec {
    /// The names of the attributes by which an item of this format is told from others.
    pub(crate) fn marks(&self) -> [&str; 2] {
        [&self.names.signature, &self.names.description]
    }

    /// True for the signature and the material description.
    pub(crate) fn owns(&self, name: &str) -> bool {
        self.names.are_of(name)
    }

    /// The signature. `None` if the item has none.
    ///
    /// No other write makes it if something is encrypted, which is different every time. Of an item in which nothing is, a
    /// party that writes the same values may make the same signature.
    pub(crate) fn identity(&self, stored: &Item, actions: &AttributeActions) -> Option<Identity> {
        let value = stored.get(self.names.signature.as_ref())?.clone();
        let is_encrypted = |name: &String| actions.action(name) == AttributeAction::EncryptAndSign && !self.owns(name);
        let attribute: Cow<'static, str> = self.names.signature.clone();
        Some(Identity { attribute, value, is_unique: stored.keys().any(is_encrypted) })
    }
}
