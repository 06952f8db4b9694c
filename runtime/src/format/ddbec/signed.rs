//! The attributes of an item that are signed.

use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::dialect::{self, Dialect};
use super::prepared::{KnownName, Prepared};

/// Where filters of logs find what another client cannot read.
const COMPATIBILITY: &str = "dynaseal::compatibility";

/// The attributes whose action is not `DoNothing`, in the order in which they are signed. All that is done with an item is
/// done with these, so that each name is looked up once.
pub(crate) struct SignedAttributes<'a>(pub(super) Vec<SignedAttribute<'a>>);

pub(super) struct SignedAttribute<'a> {
    pub(super) name: &'a str,
    pub(super) known: Option<&'a KnownName>,
    pub(super) action: AttributeAction,
    /// Of a known name; otherwise without a meaning.
    rank: u32,
    pub(super) value: &'a mut AttributeValue,
}

impl<'a> SignedAttributes<'a> {
    /// Of an item without its signature and description, in the order of the Java client.
    pub(crate) fn of(item: &'a mut Item, actions: &AttributeActions, prepared: &'a Prepared) -> Self {
        let mut attributes = Vec::with_capacity(item.len());
        for (name, value) in item {
            let known = prepared.get(name);
            let action = known.map_or_else(|| actions.undeclared_action(name), |known| known.action);
            if action != AttributeAction::DoNothing {
                let rank = known.map_or(0, |known| known.rank);
                attributes.push(SignedAttribute { name, known, action, rank, value });
            }
        }
        let mut attributes = Self(attributes);
        attributes.sort(Dialect::Java);
        attributes
    }

    pub(crate) fn sort(&mut self, dialect: Dialect) {
        // Known names need not be looked at: their order in Java is known, too.
        if dialect == Dialect::Java && self.0.iter().all(|attribute| attribute.known.is_some()) {
            self.0.sort_unstable_by_key(|attribute| attribute.rank);
        } else {
            self.0.sort_unstable_by(|a, b| dialect.compare_text(a.name, b.name));
        }
    }

    /// Some values that are signed in plain, and some sets of names, have no form that both the Java and the Python client
    /// verify.
    pub(crate) fn warn_of_divergence(&self) {
        // They are in the Java client's order.
        if !self.0.is_sorted_by(|a, b| a.name <= b.name) {
            tracing::warn!(
                target: COMPATIBILITY,
                "the Python client cannot verify this item: it sorts the names of its attributes differently"
            );
        }
        for SignedAttribute { name, action, value, .. } in &self.0 {
            if *action == AttributeAction::SignOnly && dialect::diverges(value) {
                tracing::warn!(
                    target: COMPATIBILITY,
                    attribute = name,
                    "the Python client cannot verify this value while it is signed in plain"
                );
            }
        }
    }
}
