//! The signed attributes of an item.

use crate::item::limits::normalize_numbers;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::dialect::{self, Dialect};
use super::prepared::{KnownName, Prepared};

/// The target of compatibility warnings, for filters of logs.
const COMPATIBILITY: &str = "dynaseal::compatibility";

/// The maximum number of known names for each attribute with which placing them is faster than sorting.
const NAMES_PER_ATTRIBUTE: usize = 2;

/// The attributes whose action is not `DoNothing`, in the order in which they are signed. All operations on an item use
/// these, so that each name is looked up once.
pub(crate) struct SignedAttributes<'a>(pub(super) Vec<SignedAttribute<'a>>);

pub(super) struct SignedAttribute<'a> {
    pub(super) name: &'a str,
    pub(super) known: Option<&'a KnownName>,
    pub(super) action: AttributeAction,
    /// The position of a known name; otherwise without meaning.
    rank: u32,
    pub(super) value: &'a mut AttributeValue,
}

impl<'a> SignedAttributes<'a> {
    /// Returns the attributes of an item without its signature and description, in the order of the Java client.
    pub(crate) fn of(item: &'a mut Item, actions: &AttributeActions, prepared: &'a Prepared) -> Self {
        let count = item.len();
        let mut attributes = Self(Vec::with_capacity(count));
        // Each known name has its own position in that order. Of many names, most are absent.
        let mut places = Vec::new();
        if prepared.len() <= NAMES_PER_ATTRIBUTE * count {
            places.resize_with(prepared.len(), || None);
        }
        for (name, value) in item {
            let known = prepared.get(name);
            let action = known.map_or_else(|| actions.undeclared_action(name), |known| known.action);
            if action != AttributeAction::DoNothing {
                let rank = known.map_or(0, |known| known.rank);
                let attribute = SignedAttribute { name, known, action, rank, value };
                match known.and_then(|known| places.get_mut(known.rank as usize)) {
                    Some(place) => *place = Some(attribute),
                    None => attributes.0.push(attribute),
                }
            }
        }
        let is_sorted = attributes.0.is_empty();
        attributes.0.extend(places.into_iter().flatten());
        if !is_sorted {
            attributes.sort(Dialect::Java);
        }
        attributes
    }

    pub(crate) fn sort(&mut self, dialect: Dialect) {
        // Known names need not be compared: their order in Java is also known.
        let is_ranked = dialect == Dialect::Java && self.are_known();
        self.0.sort_unstable_by(|a, b| match is_ranked {
            true => a.rank.cmp(&b.rank),
            false => dialect.compare_text(a.name, b.name),
        });
    }

    /// Normalizes every number, at any depth: a signature covers the number, but a program reads the text. Returns
    /// `None` for text that is not a number. Only called after the signature was verified.
    pub(crate) fn normalize_numbers(&mut self) -> Option<()> {
        self.0.iter_mut().try_for_each(|attribute| {
            normalize_numbers(attribute.value, attribute.action == AttributeAction::EncryptAndSign)
        })
    }

    fn are_known(&self) -> bool {
        self.0.iter().all(|attribute| attribute.known.is_some())
    }

    /// Some unencrypted signed values, and some sets of names, have no form that both the Java and the Python client
    /// verify.
    pub(crate) fn warn_of_divergence(&self, prepared: &Prepared) {
        // They are in the Java client's order. Known names are compared only if some of them differ in order.
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
                    "the Python client cannot verify this value unless it is encrypted"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::utf16;

    /// Whether they are sorted or placed; the order of U+10000 and U+FF00 differs in UTF-16.
    #[test]
    fn attributes_are_sorted_by_utf_16_code_units() {
        for count in [0, 1, 31, 100] {
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
