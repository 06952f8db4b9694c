//! Values that are derived from the actions once for all items.

use std::collections::HashMap;
use std::sync::Arc;

use crate::crypto::digest::{Digest, sha256};
use crate::item::utf16;
use crate::schema::action::{AttributeAction, AttributeActions};

/// The attributes with their own action.
pub(crate) struct Prepared {
    known: HashMap<String, KnownName, foldhash::fast::RandomState>,
    orders_differ: bool,
    /// Whether the item format does not have one of the actions.
    has_foreign_action: bool,
}

/// The parts of every signature that depend only on an attribute's name.
pub(super) struct KnownName {
    pub(super) action: AttributeAction,
    /// The name's part of the string to sign.
    pub(super) digest: Digest,
    /// The name's position among the known names, in the order of UTF-16 code units.
    pub(super) rank: u32,
}

impl Prepared {
    /// Stored with the actions.
    pub(crate) fn of(actions: &AttributeActions) -> Arc<Self> {
        actions.derived().get(|| Self::new(actions))
    }

    fn new(actions: &AttributeActions) -> Self {
        let mut declared: Vec<_> = actions.declared().collect();
        declared.sort_unstable_by(|(a, _), (b, _)| utf16::compare(a, b));
        let orders_differ = !declared.is_sorted_by(|(a, _), (b, _)| a <= b);
        let known = (0..).zip(declared).map(|(rank, (name, action))| {
            (name.to_owned(), KnownName { action, digest: sha256(name.as_bytes()), rank })
        });
        let included = AttributeAction::SignAndIncludeInEncryptionContext;
        let has_foreign_action =
            actions.default_action() == included || actions.declared().any(|(_, action)| action == included);
        Self { known: known.collect(), orders_differ, has_foreign_action }
    }

    pub(super) fn get(&self, name: &str) -> Option<&KnownName> {
        self.known.get(name)
    }

    /// Returns the number of known names.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether the Java and the Python client sort the known names differently.
    pub(super) fn orders_differ(&self) -> bool {
        self.orders_differ
    }

    /// Whether an attribute has an action that only items of the Database Encryption SDK have.
    pub(super) fn has_foreign_action(&self) -> bool {
        self.has_foreign_action
    }
}
