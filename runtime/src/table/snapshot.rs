//! The difference between the item that was read and the one to be stored: attributes to set and remove, and
//! conditions.

use std::borrow::Cow;
use std::sync::Arc;

use crate::condition::tree::ConditionTree;
use crate::format::dispatch::RecordedActions;
use crate::format::identity::Identity;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::table::schema_version::OlderVersion;

use super::Table;

/// The state of a stored item that is needed to change it safely later.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// `None` for an item in plaintext.
    pub(crate) identity: Option<Identity>,
    pub(crate) written: WrittenAs,
    /// Whether no other write leads to this state.
    pub(super) is_unique: bool,
    /// The names of the signed attributes, without the key.
    signed: Vec<String>,
    /// Those that are signed but not encrypted, as read. They are unchanged while the signature is.
    plain: Item,
    /// The unsigned attributes, as read.
    unsigned: Item,
    /// The recorded actions of attributes without an explicit action, if they differ from the table's.
    recorded: RecordedActions,
}

/// The form in which an item was written.
#[derive(Clone, Debug)]
pub(crate) enum WrittenAs {
    /// The current form of the table.
    Current,
    /// An older form of the table.
    Older(Arc<OlderVersion>),
    /// Unencrypted, by another program.
    Plaintext,
}

/// The difference between a snapshot and an encrypted item, by names: the values stay in the item.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) set: Vec<String>,
    pub(super) remove: Vec<String>,
    /// Requires that unsigned attributes that are set, removed or signed are unchanged since they were read.
    touched: Vec<ConditionTree>,
    /// Requires that all unsigned attributes are unchanged since they were read. Of those that were missing, only known
    /// ones can be named: those with their own action, and those that are set.
    untouched: Vec<ConditionTree>,
    identity: Vec<ConditionTree>,
}

impl Snapshot {
    /// Creates a snapshot before an item is decrypted. Returns `None` if it has no signature and is not in plaintext.
    pub(crate) fn of(table: &Table, stored: &Item, written: WrittenAs) -> Option<Self> {
        let identity = written.identity(table, stored);
        if identity.is_none() && !matches!(written, WrittenAs::Plaintext) {
            return None;
        }
        let (mut signed, mut plain, mut unsigned) = (Vec::new(), Item::new(), Item::new());
        // The condition covers all attributes of an unsigned item, so it cannot be mistaken for a later state.
        let is_unique = identity.as_ref().is_none_or(|identity| identity.is_unique);
        for (name, value) in stored {
            if table.is_key(name) {
                continue;
            }
            if written.added(table, name) {
                signed.push(name.clone());
                continue;
            }
            match written.action(table, name) {
                AttributeAction::DoNothing => drop(unsigned.insert(name.clone(), value.clone())),
                AttributeAction::SignOnly | AttributeAction::SignAndIncludeInEncryptionContext => {
                    plain.insert(name.clone(), value.clone());
                    signed.push(name.clone());
                }
                AttributeAction::EncryptAndSign => signed.push(name.clone()),
            }
        }
        let recorded = written.recorded_actions(table, stored);
        Some(Self { identity, written, is_unique, signed, plain, unsigned, recorded })
    }

    /// Returns the actions to write `item` with: those of the table, and for attributes that it does not know those
    /// that their writer recorded.
    pub(super) fn actions<'a>(&self, table: &'a Table, item: &Item) -> Cow<'a, AttributeActions> {
        let kept = self.recorded.iter().filter(|(name, _)| item.contains_key(name));
        kept.fold(Cow::Borrowed(&table.actions), |actions, (name, action)| {
            Cow::Owned(actions.into_owned().with(name, *action))
        })
    }

    /// Returns whether neither the item that was read nor one that the table writes can have an unsigned attribute.
    pub(super) fn is_wholly_signed(&self, table: &Table) -> bool {
        let before = match &self.written {
            WrittenAs::Current => &table.actions,
            WrittenAs::Older(version) => &version.actions,
            WrittenAs::Plaintext => return false,
        };
        self.unsigned.is_empty() && before.sign_everything() && table.actions.sign_everything()
    }

    /// Requires that the unsigned attributes are as read, and that those with their own action are still missing if
    /// they were.
    fn unchanged(&self, table: &Table) -> Vec<ConditionTree> {
        let equal = self.unsigned.iter().map(|(name, old)| ConditionTree::equals(name, old.clone()));
        let declared = table.actions.declared().map(|(name, _)| name);
        let missing = declared.filter(|name| self.lacks_unsigned(table, name));
        equal.chain(missing.map(|name| ConditionTree::Missing(name.to_owned()))).collect()
    }

    /// Returns whether an attribute is unsigned and missing.
    fn lacks_unsigned(&self, table: &Table, name: &str) -> bool {
        self.written.action(table, name) == AttributeAction::DoNothing
            && !self.unsigned.contains_key(name)
            && !table.is_key(name)
    }

    /// Requires that the item exists, and is unchanged since it was read.
    pub(super) fn identity(&self, table: &Table) -> Vec<ConditionTree> {
        let exists = ConditionTree::Exists(table.key.partition_key.clone());
        let conditions = match &self.identity {
            Some(identity) => vec![ConditionTree::equals(identity.attribute.to_string(), identity.value.clone())],
            None => table.encryptor.marks().map(|name| ConditionTree::Missing(name.to_owned())).collect(),
        };
        [exists].into_iter().chain(conditions).collect()
    }
}

impl WrittenAs {
    /// Returns the action of the attribute with this name.
    fn action(&self, table: &Table, name: &str) -> AttributeAction {
        match self {
            Self::Current => table.actions.action(name),
            Self::Older(version) => version.actions.action(name),
            Self::Plaintext => AttributeAction::DoNothing,
        }
    }

    /// Returns whether encryption added an attribute.
    fn added(&self, table: &Table, name: &str) -> bool {
        match self {
            Self::Current => table.is_added(name),
            Self::Older(version) => version.encryptor.owns(name),
            Self::Plaintext => false,
        }
    }

    /// Returns the recorded actions of attributes that the table does not know, if they differ from its default. An
    /// attribute that it does not sign stays unsigned.
    fn recorded_actions(&self, table: &Table, stored: &Item) -> RecordedActions {
        let is_unknown = |name: &String| {
            !table.actions.declares(name)
                && !table.is_key(name)
                && table.actions.action(name) != AttributeAction::DoNothing
        };
        let is_of_interest = |name: &String| is_unknown(name) && !self.added(table, name);
        if !table.encryptor.writes_actions() || !stored.keys().any(is_of_interest) {
            return Vec::new();
        }
        let recorded = match self {
            Self::Current => table.encryptor.recorded_actions(stored, &table.actions),
            Self::Older(version) => version.encryptor.recorded_actions(stored, &version.actions),
            Self::Plaintext => None,
        };
        let mut recorded = recorded.unwrap_or_default();
        recorded.retain(|(name, action)| is_unknown(name) && table.actions.action(name) != *action);
        recorded
    }

    fn identity(&self, table: &Table, stored: &Item) -> Option<Identity> {
        match self {
            Self::Current => table.encryptor.identity(stored, &table.actions),
            Self::Older(version) => version.encryptor.identity(stored, &version.actions),
            Self::Plaintext => None,
        }
    }
}

/// Returns the attributes to remove. Another client may have added beacons since the item was read, and they are not
/// signed, so those of the table are always removed.
fn removed(table: &Table, before: &Snapshot, stored: &Item) -> Vec<String> {
    let known = before.signed.iter().map(String::as_str);
    let beacons = table.beacons.hashed_attributes().filter(|name| !before.signed.iter().any(|known| known == name));
    known.chain(beacons).filter(|name| !stored.contains_key(*name)).map(str::to_owned).collect()
}

impl Change {
    /// Returns the difference between the snapshot's item and `stored`, which is already encrypted and signed.
    pub(super) fn between(table: &Table, before: &Snapshot, stored: &Item) -> Self {
        let mut change = Self {
            set: Vec::new(),
            remove: removed(table, before, stored),
            touched: Vec::new(),
            untouched: before.unchanged(table),
            identity: before.identity(table),
        };
        let is_changed = |(name, value): &(&String, &AttributeValue)| before.plain.get(*name) != Some(value);
        for (name, value) in stored.iter().filter(|(name, _)| !table.is_key(name)).filter(is_changed) {
            let is_signed = table.is_added(name) || table.actions.action(name) != AttributeAction::DoNothing;
            let condition = match before.unsigned.get(name) {
                Some(old) if old == value && !is_signed => continue,
                Some(old) => Some(ConditionTree::equals(name, old.clone())),
                None if table.is_added(name) => None,
                None => before.lacks_unsigned(table, name).then(|| ConditionTree::Missing(name.clone())),
            };
            if let Some(ConditionTree::Missing(_)) = condition
                && !table.actions.declares(name)
            {
                change.untouched.extend(condition.clone());
            }
            change.touched.extend(condition);
            change.set.push(name.clone());
        }
        for (name, old) in before.unsigned.iter().filter(|(name, _)| !stored.contains_key(*name)) {
            change.remove.push(name.clone());
            change.touched.push(ConditionTree::equals(name, old.clone()));
        }
        if !matches!(before.written, WrittenAs::Current) {
            // The attribute was unsigned and is signed now: if it is added concurrently, the signature would not cover
            // it.
            let appearing = table.actions.declared().filter(|(name, action)| {
                *action != AttributeAction::DoNothing
                    && before.lacks_unsigned(table, name)
                    && !stored.contains_key(*name)
            });
            change.touched.extend(appearing.map(|(name, _)| ConditionTree::Missing(name.to_owned())));
        }
        change
    }

    /// For an update: unsigned attributes that it does not write may change concurrently.
    pub(super) fn update_conditions(&self) -> Vec<ConditionTree> {
        [&self.identity[..], &self.touched].concat()
    }

    /// For a put, which writes every attribute and therefore requires that all are unchanged.
    pub(super) fn put_conditions(self) -> Vec<ConditionTree> {
        [self.identity, self.untouched].concat()
    }
}
