//! The parts of a stored item that are readable without a key.

use std::borrow::Cow;

use crate::format::identity::Identity;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

use super::Ddbec;

impl Ddbec {
    /// The names of the attributes that identify items of this format.
    pub(crate) fn marks(&self) -> [&str; 2] {
        [&self.names.signature, &self.names.description]
    }

    /// Returns whether items can have beacons.
    pub(crate) fn has_beacons(&self) -> bool {
        self.names.beacons
    }

    /// Returns whether an attribute is the signature, the material description or an unsigned beacon.
    pub(crate) fn owns(&self, name: &str) -> bool {
        self.names.are_of(name)
    }

    /// Returns the signature; `None` if the item has none.
    ///
    /// It is unique to a write if something is encrypted, which differs every time. For an item without encrypted
    /// attributes, a party that writes the same values may produce the same signature.
    pub(crate) fn identity(&self, stored: &Item, actions: &AttributeActions) -> Option<Identity> {
        let value = stored.get(self.names.signature.as_ref())?.clone();
        let is_encrypted = |name: &String| actions.action(name) == AttributeAction::EncryptAndSign && !self.owns(name);
        let attribute: Cow<'static, str> = self.names.signature.clone();
        Some(Identity { attribute, value, is_unique: stored.keys().any(is_encrypted) })
    }
}
