//! Random items of all ten types, including edge cases that DynamoDB allows.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, Item};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use crate::canonical;
use crate::seed::seed;
use crate::setup::{Action, Actions};

/// The partition key of every random item, a string.
pub const PARTITION_KEY: &str = "pk";

/// The sort key of every random item, a number.
pub const SORT_KEY: &str = "sk";

const DEEPEST: usize = 6;

/// Returns a generator with the seed of all random tests, which is printed.
#[must_use]
pub fn seeded_generator() -> StdRng {
    StdRng::seed_from_u64(seed())
}

/// The contents of random items.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Significant digits of numbers: at most 28 for the Python client, which rounds longer ones, and 38 for DynamoDB.
    pub digits: usize,
    /// Whether signed values may contain members that the Java and Python clients order differently, so that neither
    /// verifies signatures of the other.
    pub divergent_order: bool,
    /// Whether any attribute is encrypted.
    pub encryption: bool,
}

impl Options {
    /// Items that every client reads, whichever client wrote them.
    pub const COMMON: Self = Self { digits: 28, divergent_order: false, encryption: true };
}

/// Random attribute names and actions for random items.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The action of each attribute.
    pub actions: Actions,
    names: Vec<String>,
    options: Options,
}

impl Schema {
    /// Creates thirty attributes, and the two of the primary key.
    pub fn random(options: Options, rng: &mut StdRng) -> Self {
        let mut generator = Generator { rng, digits: options.digits, divergent_order: options.divergent_order };
        let names: BTreeSet<String> = (0..30).map(|_| generator.name()).collect();
        let names: Vec<String> = names.into_iter().filter(|name| name != PARTITION_KEY && name != SORT_KEY).collect();
        let actions: &[Action] = match options.encryption {
            true => &[Action::EncryptAndSign, Action::EncryptAndSign, Action::SignOnly, Action::DoNothing],
            false => &[Action::SignOnly, Action::DoNothing],
        };
        let mut action = || actions.choose(rng).copied().unwrap_or(Action::SignOnly);
        let default = action();
        // Some attributes use the default action.
        let named = names.iter().skip(6).map(|name| (name.clone(), action()));
        let keys = [PARTITION_KEY, SORT_KEY].map(|name| (name.to_owned(), Action::SignOnly));
        let overrides: BTreeMap<String, Action> = named.chain(keys).collect();
        Self { actions: Actions { default, overrides }, names, options }
    }

    /// Returns a random item.
    pub fn item(&self, rng: &mut StdRng) -> Item {
        let count = rng.random_range(0..=12.min(self.names.len()));
        let names: Vec<&String> = self.names.sample(rng, count).collect();
        let mut item: Item = names.into_iter().map(|name| (name.clone(), self.value(name, rng))).collect();
        let mut generator = Generator { rng, digits: self.options.digits, divergent_order: false };
        item.insert(PARTITION_KEY.to_owned(), AttributeValue::S(generator.name()));
        item.insert(SORT_KEY.to_owned(), AttributeValue::N(generator.number()));
        item
    }

    fn value(&self, name: &str, rng: &mut StdRng) -> AttributeValue {
        // An encrypted value is signed as one binary, and the order of an unsigned value does not matter.
        let divergent_order = self.options.divergent_order || self.actions.action(name) != Action::SignOnly;
        Generator { rng, digits: self.options.digits, divergent_order }.value(0)
    }
}

struct Generator<'a> {
    rng: &'a mut StdRng,
    digits: usize,
    divergent_order: bool,
}

impl Generator<'_> {
    fn value(&mut self, depth: usize) -> AttributeValue {
        let types = if depth < DEEPEST { 10 } else { 8 };
        match self.rng.random_range(0..types) {
            0 => AttributeValue::S(self.text(0)),
            1 => AttributeValue::N(self.number()),
            2 => AttributeValue::B(Blob::new(self.bytes(0xff))),
            3 => AttributeValue::Bool(self.rng.random()),
            4 => AttributeValue::Null(true),
            5 => AttributeValue::Ss(self.set(Self::ordered_text, String::clone)),
            6 => AttributeValue::Ns(self.set(Self::number, |number| canonical::number(number))),
            7 => AttributeValue::Bs(self.set(Self::ordered_bytes, Vec::clone).into_iter().map(Blob::new).collect()),
            8 => AttributeValue::L(self.several(|generator| generator.value(depth + 1))),
            _ => AttributeValue::M(self.several(|generator| (generator.ordered_text(), generator.value(depth + 1)))),
        }
    }

    fn several<T, C: FromIterator<T>>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> C {
        let count = self.rng.random_range(0..=4);
        (0..count).map(|_| one(self)).collect()
    }

    /// Returns one to five members in random order, all of them different for DynamoDB.
    fn set<T, K: Ord>(&mut self, one: fn(&mut Self) -> T, identity: fn(&T) -> K) -> Vec<T> {
        let count = self.rng.random_range(1..=5);
        let members: BTreeMap<K, T> = (0..count).map(|_| one(self)).map(|member| (identity(&member), member)).collect();
        let mut members: Vec<T> = members.into_values().collect();
        members.shuffle(self.rng);
        members
    }

    fn number(&mut self) -> String {
        let mut digits: String = (0..self.rng.random_range(1..=self.digits)).map(|_| self.digit()).collect();
        let sign = if self.rng.random_ratio(1, 3) { "-" } else { "" };
        if digits.bytes().all(|digit| digit == b'0') {
            // Only the Python client distinguishes a negative zero.
            return digits;
        }
        match self.rng.random_range(0..4) {
            0 => format!("{sign}{digits}"),
            // The range of DynamoDB is wider, but the Python client rejects numbers at its edge.
            1 => format!("{sign}{digits}E{}", self.rng.random_range(-80..=80)),
            2 => format!("{sign}{digits}e+{}", self.rng.random_range(0..=80)),
            _ => {
                digits.insert(self.rng.random_range(0..digits.len()), '.');
                format!("{sign}{digits}")
            }
        }
    }

    fn digit(&mut self) -> char {
        // Zeros at either end test the normalization.
        if self.rng.random_ratio(1, 4) { '0' } else { char::from(b'0' + self.rng.random_range(0..=9)) }
    }

    /// Returns the name of an attribute, or the value of a key, which is not empty.
    fn name(&mut self) -> String {
        self.ordered(1)
    }

    /// Returns text whose sort order is signed.
    fn ordered_text(&mut self) -> String {
        self.ordered(0)
    }

    fn ordered(&mut self, shortest: usize) -> String {
        let text = self.text(shortest);
        if self.divergent_order {
            return text;
        }
        // In UTF-16 order these precede the characters beyond U+FFFF; in code point order they follow them.
        text.chars()
            .map(|character| if ('\u{e000}'..='\u{ffff}').contains(&character) { '.' } else { character })
            .collect()
    }

    fn text(&mut self, shortest: usize) -> String {
        let length = if self.rng.random_ratio(1, 20) { 300 } else { self.rng.random_range(shortest..=12) };
        (0..length).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        let range = match self.rng.random_range(0..8) {
            0 => '\0'..='\u{1f}',
            1 => '\u{80}'..='\u{24f}',
            2 => '\u{300}'..='\u{36f}',
            3 => '\u{4e00}'..='\u{9fff}',
            4 => '\u{e000}'..='\u{ffff}',
            5 => '\u{1f600}'..='\u{1f64f}',
            _ => ' '..='~',
        };
        self.rng.random_range(range)
    }

    /// Returns bytes whose sort order is signed: Java compares signed bytes.
    fn ordered_bytes(&mut self) -> Vec<u8> {
        self.bytes(if self.divergent_order { 0xff } else { 0x7f })
    }

    fn bytes(&mut self, mask: u8) -> Vec<u8> {
        let length = if self.rng.random_ratio(1, 20) { 1000 } else { self.rng.random_range(0..=20) };
        let mut bytes = vec![0; length];
        self.rng.fill_bytes(&mut bytes);
        bytes.iter().map(|byte| byte & mask).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn items(options: Options, seed: u64) -> (Schema, Vec<Item>) {
        let mut rng = StdRng::seed_from_u64(seed);
        let schema = Schema::random(options, &mut rng);
        let items = (0..500).map(|_| schema.item(&mut rng)).collect();
        (schema, items)
    }

    fn visit<'a>(value: &'a AttributeValue, seen: &mut Vec<&'a AttributeValue>) {
        seen.push(value);
        match value {
            AttributeValue::L(members) => members.iter().for_each(|member| visit(member, seen)),
            AttributeValue::M(entries) => entries.values().for_each(|entry| visit(entry, seen)),
            _ => {}
        }
    }

    fn values<'a>(items: impl Iterator<Item = &'a AttributeValue>) -> Vec<&'a AttributeValue> {
        let mut seen = Vec::new();
        items.for_each(|value| visit(value, &mut seen));
        seen
    }

    #[test]
    fn a_seed_repeats_the_items() {
        assert_eq!(items(Options::COMMON, 1).1, items(Options::COMMON, 1).1);
        assert_ne!(items(Options::COMMON, 1).1, items(Options::COMMON, 2).1);
    }

    #[test]
    fn items_cover_all_types_actions_and_edge_cases() {
        let (schema, items) = items(Options::COMMON, 3);
        let seen = values(items.iter().flat_map(HashMap::values));
        let has = |oddity: fn(&AttributeValue) -> bool| assert!(seen.iter().any(|value| oddity(value)));
        has(|value| value.as_s().is_ok_and(String::is_empty));
        has(|value| value.as_b().is_ok_and(|blob| blob.as_ref().is_empty()));
        has(|value| value.as_b().is_ok_and(|blob| blob.as_ref().iter().any(|byte| *byte > 0x7f)));
        has(|value| value.as_l().is_ok_and(Vec::is_empty));
        has(|value| value.as_m().is_ok_and(|map| map.keys().any(|key| key.chars().any(|c| c > '\u{ffff}'))));
        has(|value| value.as_n().is_ok_and(|number| number.bytes().filter(u8::is_ascii_digit).count() >= 28));
        has(|value| value.as_bool().is_ok_and(|flag| !flag));
        has(AttributeValue::is_null);
        has(|value| value.as_ss().is_ok_and(|members| members.len() > 2 && !members.is_sorted()));
        has(|value| value.as_ns().is_ok_and(|members| members.len() > 2));
        has(|value| value.as_bs().is_ok_and(|members| members.len() > 2));
        for action in [Action::EncryptAndSign, Action::SignOnly, Action::DoNothing] {
            assert!(schema.names.iter().any(|name| schema.actions.action(name) == action));
        }
    }

    #[test]
    fn common_items_sign_nothing_that_clients_order_differently() {
        for seed in 0..5 {
            let (schema, items) = items(Options::COMMON, seed);
            let signed = |name: &str| schema.actions.action(name) == Action::SignOnly;
            let attributes = items.iter().flatten().filter(|(name, _)| signed(name)).map(|(_, value)| value);
            for value in values(attributes) {
                if let Ok(members) = value.as_bs() {
                    assert!(members.iter().flat_map(AsRef::as_ref).all(|byte| *byte < 0x80));
                }
                let keys = value.as_m().map(HashMap::keys).into_iter().flatten();
                for text in keys.chain(value.as_ss().into_iter().flatten()).chain(&schema.names) {
                    assert!(!text.chars().any(|character| ('\u{e000}'..='\u{ffff}').contains(&character)));
                }
            }
        }
    }

    #[test]
    fn without_encryption_nothing_is_encrypted() {
        let (schema, _) = items(Options { encryption: false, ..Options::COMMON }, 4);
        assert!(schema.names.iter().all(|name| schema.actions.action(name) != Action::EncryptAndSign));
    }
}
