//! The attributes of an item that are signed.

use crate::item::limits::normalize_numbers;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::dialect::{self, Dialect};
use super::prepared::{KnownName, Prepared};

/// Where filters of logs find what another client cannot read.
const COMPATIBILITY: &str = "dynaseal::compatibility";

/// From this many attributes on, putting each in its place takes less than sorting.
const MANY: usize = 32;

/// How many known names there may be for each attribute, of which most may have none.
const NAMES_PER_ATTRIBUTE: usize = 2;

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
        let count = attributes.len();
        if count >= MANY && prepared.len() <= NAMES_PER_ATTRIBUTE * count {
            return Self::arranged(attributes, prepared.len());
        }
        let mut attributes = Self(attributes);
        attributes.sort(Dialect::Java);
        attributes
    }

    /// In the order of the Java client, in which each known name has a place of its own.
    fn arranged(attributes: Vec<SignedAttribute<'a>>, names: usize) -> Self {
        let mut arranged = Self(Vec::with_capacity(attributes.len()));
        let mut places = Vec::new();
        places.resize_with(names, || None);
        let mut others = Vec::new();
        for attribute in attributes {
            match attribute.known.and_then(|known| places.get_mut(known.rank as usize)) {
                Some(place @ None) => *place = Some(attribute),
                _ => others.push(attribute),
            }
        }
        arranged.0.extend(places.into_iter().flatten());
        if !others.is_empty() {
            arranged.0.append(&mut others);
            arranged.sort(Dialect::Java);
        }
        arranged
    }

    pub(crate) fn sort(&mut self, dialect: Dialect) {
        // Known names need not be looked at: their order in Java is known, too.
        if dialect == Dialect::Java && self.are_known() {
            self.0.sort_unstable_by_key(|attribute| attribute.rank);
        } else {
            self.0.sort_unstable_by(|a, b| dialect.compare_text(a.name, b.name));
        }
    }

    /// Gives every number the spelling that was verified, wherever it stands: a signature covers the number, and a program
    /// reads the text. `None` for what is no number. Only ever called after the signature was verified.
    pub(crate) fn normalize_numbers(&mut self) -> Option<()> {
        self.0.iter_mut().try_for_each(|attribute| {
            normalize_numbers(attribute.value, attribute.action == AttributeAction::EncryptAndSign)
        })
    }

    fn are_known(&self) -> bool {
        self.0.iter().all(|attribute| attribute.known.is_some())
    }

    /// Some values that are signed in plain, and some sets of names, have no form that both the Java and the Python client
    /// verify.
    pub(crate) fn warn_of_divergence(&self, prepared: &Prepared) {
        // They are in the Java client's order. Known names are not compared unless some of them differ in order.
        let may_differ = prepared.orders_differ() || !self.are_known();
        if may_differ && !self.0.is_sorted_by(|a, b| a.name <= b.name) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::utf16;

    /// Whether they are sorted or put in their places; the order of U+10000 and U+FF00 is another in UTF-16.
    #[test]
    fn few_and_many_attributes_are_in_the_order_of_utf_16_whichever_names_are_known() {
        for count in [0, 1, MANY - 1, MANY, 100] {
            let name = |number| format!("{}{}", ["a", "\u{10000}", "\u{FF00}"][number % 3], number * 7919 % 1000);
            let mut item: Item = (0..count).map(|number| (name(number), AttributeValue::Bool(true))).collect();
            let mut expected: Vec<String> = item.keys().cloned().collect();
            expected.sort_by(|a, b| utf16::compare(a, b));
            for known in [0, count / 2, count, NAMES_PER_ATTRIBUTE * count, 1000] {
                let actions = (0..known).fold(AttributeActions::new(AttributeAction::SignOnly), |actions, number| {
                    actions.with(name(number), AttributeAction::SignOnly)
                });
                let prepared = Prepared::of(&actions);
                let attributes = SignedAttributes::of(&mut item, &actions, &prepared);
                let names: Vec<&str> = attributes.0.iter().map(|attribute| attribute.name).collect();
                assert_eq!(names, expected, "{count} attributes, {known} known names");
            }
        }
    }
}
