//! Every rearrangement of stored items, with the number of attempts and their results.

use std::collections::BTreeMap;

use dynaseal::{AttributeValue, ErrorKind, Item};
use dynaseal_tests::samples::{
    DESCRIPTION, PARTITION_KEY, SIGNATURE, actions, context, description_entries, description_of, item,
};

use super::target::Target;

/// The results for changed items of one kind.
#[derive(Default)]
struct Row {
    rejected: usize,
    /// Read, and equal to the original except for `DoNothing` values.
    equal: usize,
}

/// The results for each kind of change.
struct Table<'a> {
    target: &'a Target,
    rows: BTreeMap<&'static str, Row>,
}

impl<'a> Table<'a> {
    fn new(target: &'a Target) -> Self {
        Self { target, rows: BTreeMap::new() }
    }

    /// Tries one item, which must be rejected or be equal to the original.
    async fn attack(&mut self, kind: &'static str, what: &str, stored: Item) {
        let row = self.rows.entry(kind).or_default();
        match self.target.decrypt(stored).await {
            Ok(read) => {
                assert_eq!(signed(self.target, read), signed(self.target, self.target.plain.clone()), "{kind}: {what}");
                row.equal += 1;
            }
            result => {
                let kind = self.target.error(what, result).kind();
                // The description is readable without a key, so its errors may be reported.
                assert!(matches!(kind, ErrorKind::Integrity | ErrorKind::Materials), "{what}: {kind:?}");
                row.rejected += 1;
            }
        }
    }

    /// Prints the results of each kind. Returns the numbers of accepted items.
    fn finish(self) -> BTreeMap<&'static str, usize> {
        for (kind, Row { rejected, equal }) in &self.rows {
            let (name, tried) = (self.target.name, rejected + equal);
            println!("tampering, {name}: {kind}: {tried} tried, {rejected} rejected, {equal} equal to the original");
        }
        self.rows.into_iter().map(|(kind, row)| (kind, row.equal)).collect()
    }
}

fn signed(target: &Target, mut item: Item) -> Item {
    item.retain(|name, _| target.signs(name));
    item
}

fn names(target: &Target) -> Vec<String> {
    let mut names: Vec<_> = target.stored.keys().cloned().collect();
    names.sort_unstable();
    names
}

/// Returns true if the attribute is signed or needed for verification.
fn counts(target: &Target, name: &str) -> bool {
    name == SIGNATURE || name == DESCRIPTION || target.signs(name)
}

#[tokio::test]
async fn attributes_swapped_removed_and_duplicated() {
    for target in Target::all().await {
        let (names, mut table) = (names(&target), Table::new(&target));
        let (mut open_pairs, mut open_targets) = (0, 0);
        for (index, first) in names.iter().enumerate() {
            table.attack("one attribute removed", first, target.without(first)).await;
            table.attack("an attribute duplicated", first, target.with("copy", target.stored[first].clone())).await;
            for second in &names[index + 1..] {
                let pair = format!("{first}, {second}");
                let mut swapped = target.with(first, target.stored[second].clone());
                swapped.insert(second.clone(), target.stored[first].clone());
                let same = target.stored[first] == target.stored[second];
                open_pairs += usize::from(same || !(counts(&target, first) || counts(&target, second)));
                table.attack("two values swapped", &pair, swapped).await;

                let mut removed = target.without(first);
                removed.remove(second);
                table.attack("two attributes removed", &pair, removed).await;
            }
            for onto in names.iter().filter(|onto| *onto != first) {
                let same = target.stored[first] == target.stored[onto];
                open_targets += usize::from(same || !counts(&target, onto));
                let copied = target.with(onto, target.stored[first].clone());
                table.attack("a value copied over another", &format!("{first} onto {onto}"), copied).await;
            }
        }
        let unsigned = names.iter().filter(|name| !counts(&target, name)).count();
        let equal = table.finish();
        assert_eq!(equal["one attribute removed"], unsigned);
        assert_eq!(equal["two attributes removed"], unsigned * (unsigned - 1) / 2);
        assert_eq!(equal["an attribute duplicated"], 0);
        assert_eq!(equal["two values swapped"], open_pairs);
        assert_eq!(equal["a value copied over another"], open_targets);
    }
}

/// Exchanges parts between every two of several items of one table, under the same keys.
#[tokio::test]
async fn items_swapped_whole_and_in_parts() {
    for target in Target::all().await {
        let mut others = Vec::new();
        for owner in ["patient-1", "patient-2", "visitor-27", "nurse", "x"] {
            others.push(target.encryptor.encrypt(item(owner), &actions(), &context()).await.unwrap());
        }
        let mut table = Table::new(&target);
        for other in &others {
            // The whole item is stored under the key of the requested one.
            let mut whole = other.clone();
            whole.insert(PARTITION_KEY.to_owned(), target.stored[PARTITION_KEY].clone());
            if other[PARTITION_KEY] != target.stored[PARTITION_KEY] {
                table.attack("a whole item under another key", "whole", whole).await;
            }
            let reserved = target.with(SIGNATURE, other[SIGNATURE].clone());
            table.attack("a signature of another item", "signature", reserved.clone()).await;
            let mut both = reserved;
            both.insert(DESCRIPTION.to_owned(), other[DESCRIPTION].clone());
            table.attack("signature and description of another item", "both", both).await;
            for name in target.signed_names() {
                if other[name] != target.stored[name] {
                    table.attack("a value of another item", name, target.with(name, other[name].clone())).await;
                }
                // All attributes except for one are taken from the other item.
                let mut all_but_one = other.clone();
                all_but_one.insert(name.to_owned(), target.stored[name].clone());
                if other[name] != target.stored[name] {
                    table.attack("all but one value of another item", name, all_but_one).await;
                }
            }
        }
        assert!(table.finish().values().all(|equal| *equal == 0));
    }
}

#[tokio::test]
async fn descriptions_edited() {
    for target in Target::all().await {
        let bytes = target.stored[DESCRIPTION].as_b().unwrap();
        let entries = description_entries(bytes.as_ref()).unwrap();
        let described = |entries: &[(String, String)]| {
            target.with(DESCRIPTION, description_of(entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
        };
        let mut table = Table::new(&target);
        let texts: Vec<&String> = entries.iter().flat_map(|(key, value)| [key, value]).collect();
        for (place, (key, value)) in entries.iter().enumerate() {
            let mut others = entries.clone();
            others.remove(place);
            table.attack("an entry removed", key, described(&others)).await;
            for text in &texts {
                let (mut named, mut valued) = (entries.clone(), entries.clone());
                if *text != key {
                    named[place].0 = (*text).clone();
                    table.attack("a key replaced by another text", key, described(&named)).await;
                }
                if *text != value {
                    valued[place].1 = (*text).clone();
                    table.attack("a value replaced by another text", key, described(&valued)).await;
                    // If two entries have the same key, the last one is used, as in the other clients.
                    let mut doubled = entries.clone();
                    doubled.push((key.clone(), (*text).clone()));
                    table.attack("a second entry of the same key", key, described(&doubled)).await;
                }
            }
            for length in 0..value.len() {
                let mut shorter = entries.clone();
                if value.is_char_boundary(length) {
                    shorter[place].1.truncate(length);
                    table.attack("a value shortened", key, described(&shorter)).await;
                }
            }
        }
        let equal = table.finish();
        // The Java client does not write the name of the signing algorithm; without it, the algorithm of the provider
        // is used.
        assert_eq!(equal["an entry removed"], 1);
        assert!(equal["a key replaced by another text"] < texts.len());
        assert_eq!(equal["a value shortened"], 0);
        assert_eq!(equal["a value replaced by another text"], 0);
        assert_eq!(equal["a second entry of the same key"], 0);
    }
}

/// An old item is as authentic as a new one, so it is not detected. A mixture of both is rejected.
#[tokio::test]
async fn rollbacks() {
    for target in Target::all().await {
        let mut generations = Vec::new();
        for generation in 0..5 {
            let mut plain = target.plain.clone();
            for name in target.signed_names().into_iter().filter(|name| name.ends_with("string")) {
                plain.insert(name.to_owned(), AttributeValue::S(format!("generation {generation}")));
            }
            generations.push((plain.clone(), target.encryptor.encrypt(plain, &actions(), &context()).await.unwrap()));
        }
        let mut table = Table::new(&target);
        for (plain, old) in &generations {
            // This attack is not detected; only a version that is kept elsewhere would reveal it.
            assert_eq!(target.decrypt(old.clone()).await.unwrap(), *plain);
            for name in target.signed_names().into_iter().chain([SIGNATURE]) {
                if old[name] != target.stored[name] {
                    table.attack("one value rolled back", name, target.with(name, old[name].clone())).await;
                    let mut but_one = old.clone();
                    but_one.insert(name.to_owned(), target.stored[name].clone());
                    table.attack("all but one value rolled back", name, but_one).await;
                }
            }
        }
        assert!(table.finish().values().all(|equal| *equal == 0));
        println!("tampering, {}: whole items rolled back: {} tried, 0 rejected", target.name, generations.len());
    }
}
