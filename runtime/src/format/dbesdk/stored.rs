//! What the dispatch of formats asks of a stored item.

use crate::format::identity::Identity;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

use super::description::ItemDescription;
use super::{Dbesdk, FOOT, HEAD, RESERVED_PREFIX};

impl Dbesdk {
    /// The names of the attributes by which an item of this format is told from others.
    pub(crate) const MARKS: [&str; 2] = [HEAD, FOOT];

    /// True for the header, the footer, and what is there for searching.
    pub(crate) fn owns(name: &str) -> bool {
        name.starts_with(RESERVED_PREFIX)
    }

    /// The footer, which no other write makes: the data key is drawn for each. `None` if the item has none.
    pub(crate) fn identity(stored: &Item) -> Option<Identity> {
        Some(Identity { attribute: FOOT.into(), value: stored.get(FOOT)?.clone(), is_unique: true })
    }

    /// The actions that the item was written with, as far as `actions` say which attributes were signed.
    pub(crate) fn recorded_actions(
        stored: &Item,
        actions: &AttributeActions,
    ) -> Option<Vec<(String, AttributeAction)>> {
        ItemDescription::of(stored).ok()?.recorded_actions(stored, actions)
    }
}
