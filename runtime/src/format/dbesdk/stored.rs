//! Properties of a stored item for the dispatch of formats.

use crate::format::identity::Identity;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

use super::description::ItemDescription;
use super::{Dbesdk, FOOT, HEAD, RESERVED_PREFIX};

impl Dbesdk {
    /// The names of the attributes that identify items of this format.
    pub(crate) const MARKS: [&str; 2] = [HEAD, FOOT];

    /// Returns whether an attribute is the header, the footer, or a beacon.
    pub(crate) fn owns(name: &str) -> bool {
        name.starts_with(RESERVED_PREFIX)
    }

    /// Returns the footer, which is unique to each write because the data key is generated for each; `None` if the item
    /// has none.
    pub(crate) fn identity(stored: &Item) -> Option<Identity> {
        Some(Identity { attribute: FOOT.into(), value: stored.get(FOOT)?.clone(), is_unique: true })
    }

    /// Returns whether the item was written by another suite than this format writes.
    pub(crate) fn has_another_suite(&self, stored: &Item) -> bool {
        ItemDescription::of(stored).is_ok_and(|description| description.suite() != self.suite)
    }

    /// Returns the actions with which the item was written, given which attributes `actions` signs.
    pub(crate) fn recorded_actions(
        stored: &Item,
        actions: &AttributeActions,
    ) -> Option<Vec<(String, AttributeAction)>> {
        ItemDescription::of(stored).ok()?.recorded_actions(stored, actions)
    }
}
