//! From the item that was read to the one that shall be stored: what to set, what to remove, and on which conditions.

use crate::action::{AttributeAction, AttributeActions};
use crate::format::ddbec;
use crate::item::{AttributeValue, Item};

use super::expression::Condition;

/// What is remembered of a stored item, to change it safely later.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The signature, which no other state of the item has.
    pub(crate) signature: AttributeValue,
    /// The names of the attributes that are signed, without the key.
    signed: Vec<String>,
    /// The attributes that are not signed, as they were read.
    unsigned: Item,
}

/// The difference between a snapshot and an encrypted item, by names: the values stay in the item.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) set: Vec<String>,
    pub(super) remove: Vec<String>,
    /// That unsigned attributes which are set or removed are still as they were read.
    touched: Vec<Condition>,
    /// That all unsigned attributes are still as they were read.
    untouched: Vec<Condition>,
    identity: Vec<Condition>,
}

impl Snapshot {
    /// Of a stored item, before it is decrypted. `None` if it has no signature.
    pub(crate) fn of(stored: &Item, actions: &AttributeActions, key: &[&str]) -> Option<Self> {
        let signature = stored.get(ddbec::SIGNATURE)?.clone();
        let mut signed = Vec::new();
        let mut unsigned = Item::new();
        for (name, value) in stored {
            if key.contains(&name.as_str()) || ddbec::is_reserved(name) {
                continue;
            }
            match actions.action(name) {
                AttributeAction::DoNothing => drop(unsigned.insert(name.clone(), value.clone())),
                AttributeAction::EncryptAndSign | AttributeAction::SignOnly => signed.push(name.clone()),
            }
        }
        Some(Self { signature, signed, unsigned })
    }

    /// Gives unsigned attributes that the program did not change the values that are stored, which can differ from how the
    /// program writes them: a default that was filled in, or a number in another spelling.
    ///
    /// `read` is what the program would have written right after reading, `item` what it writes now.
    pub(crate) fn restore_untouched(&self, read: &Item, item: &mut Item, actions: &AttributeActions) {
        let is_unsigned = |name: &&String| actions.action(name) == AttributeAction::DoNothing;
        let untouched = |name: &&String| read.get(*name) == item.get(*name);
        let names: Vec<String> =
            self.unsigned.keys().chain(read.keys()).filter(is_unsigned).filter(untouched).cloned().collect();
        for name in names {
            match self.unsigned.get(&name) {
                Some(stored) => item.insert(name, stored.clone()),
                None => item.remove(&name),
            };
        }
    }

    /// That the item has this very signature still, and exists.
    pub(super) fn identity(&self, partition_key: &str) -> Vec<Condition> {
        vec![
            Condition::Exists(partition_key.to_owned()),
            Condition::Equals(ddbec::SIGNATURE.to_owned(), self.signature.clone()),
        ]
    }
}

impl Change {
    /// What turns the item of the snapshot into `stored`, which is encrypted and signed already.
    pub(super) fn between(before: &Snapshot, stored: &Item, actions: &AttributeActions, key: &[&str]) -> Self {
        let mut change = Self {
            set: Vec::new(),
            remove: before.signed.iter().filter(|name| !stored.contains_key(*name)).cloned().collect(),
            touched: Vec::new(),
            untouched: before.unsigned.iter().map(|(name, old)| Condition::Equals(name.clone(), old.clone())).collect(),
            identity: before.identity(key.first().copied().unwrap_or_default()),
        };
        for (name, value) in stored.iter().filter(|(name, _)| !key.contains(&name.as_str())) {
            let is_signed = ddbec::is_reserved(name) || actions.action(name) != AttributeAction::DoNothing;
            let condition = match before.unsigned.get(name) {
                _ if is_signed => None,
                Some(old) if old == value => continue,
                Some(old) => Some(Condition::Equals(name.clone(), old.clone())),
                None => Some(Condition::Missing(name.clone())),
            };
            if let Some(Condition::Missing(_)) = condition {
                change.untouched.extend(condition.clone());
            }
            change.touched.extend(condition);
            change.set.push(name.clone());
        }
        for (name, old) in before.unsigned.iter().filter(|(name, _)| !stored.contains_key(*name)) {
            change.remove.push(name.clone());
            change.touched.push(Condition::Equals(name.clone(), old.clone()));
        }
        change
    }

    /// For an update: unsigned attributes that it does not touch may change under it.
    pub(super) fn update_conditions(&self) -> Vec<Condition> {
        [&self.identity[..], &self.touched].concat()
    }

    /// For a put, which writes every attribute and therefore must find all of them as they were.
    pub(super) fn put_conditions(self) -> Vec<Condition> {
        [self.identity, self.untouched].concat()
    }
}
