//! From the item that was read to the one that shall be stored: what to set, what to remove, and on which conditions.

use crate::action::{AttributeAction, AttributeActions};
use crate::item::{AttributeValue, Item};

use super::Table;
use super::expression::Condition;

/// What is remembered of a stored item, to change it safely later.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The signature. No other state of the item has it, if it is unique.
    pub(crate) signature: AttributeValue,
    /// See [`Table::has_unique_signature`].
    pub(super) is_unique: bool,
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
    /// That all unsigned attributes are still as they were read. Of those that were missing then, only the known ones can be
    /// named: those that have an action of their own, and those that are set.
    untouched: Vec<Condition>,
    identity: Vec<Condition>,
}

impl Snapshot {
    /// Of a stored item, before it is decrypted. `None` if it has no signature.
    pub(crate) fn of(table: &Table, stored: &Item) -> Option<Self> {
        let signature = stored.get(table.signature_name())?.clone();
        let mut signed = Vec::new();
        let mut unsigned = Item::new();
        for (name, value) in stored {
            if table.is_key(name) || table.is_added(name) {
                continue;
            }
            match table.actions.action(name) {
                AttributeAction::DoNothing => drop(unsigned.insert(name.clone(), value.clone())),
                AttributeAction::EncryptAndSign | AttributeAction::SignOnly => signed.push(name.clone()),
            }
        }
        Some(Self { signature, is_unique: table.has_unique_signature(stored), signed, unsigned })
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

    /// That the unsigned attributes are as they were read, and those that have an action of their own still missing if they
    /// were.
    fn unchanged(&self, actions: &AttributeActions) -> Vec<Condition> {
        let equal = self.unsigned.iter().map(|(name, old)| Condition::Equals(name.clone(), old.clone()));
        let missing = actions.unsigned().filter(|name| !self.unsigned.contains_key(*name));
        equal.chain(missing.map(|name| Condition::Missing(name.to_owned()))).collect()
    }

    /// That the item has this very signature still, and exists.
    pub(super) fn identity(&self, table: &Table) -> Vec<Condition> {
        vec![
            Condition::Exists(table.key.partition_key.clone()),
            Condition::Equals(table.signature_name().to_owned(), self.signature.clone()),
        ]
    }
}

impl Change {
    /// What turns the item of the snapshot into `stored`, which is encrypted and signed already.
    pub(super) fn between(table: &Table, before: &Snapshot, stored: &Item) -> Self {
        let mut change = Self {
            set: Vec::new(),
            remove: before.signed.iter().filter(|name| !stored.contains_key(*name)).cloned().collect(),
            touched: Vec::new(),
            untouched: before.unchanged(&table.actions),
            identity: before.identity(table),
        };
        for (name, value) in stored.iter().filter(|(name, _)| !table.is_key(name)) {
            let is_signed = table.is_added(name) || table.actions.action(name) != AttributeAction::DoNothing;
            let condition = match before.unsigned.get(name) {
                _ if is_signed => None,
                Some(old) if old == value => continue,
                Some(old) => Some(Condition::Equals(name.clone(), old.clone())),
                None => Some(Condition::Missing(name.clone())),
            };
            if let Some(Condition::Missing(_)) = condition
                && !table.actions.declares(name)
            {
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
