//! Inspects stored items: the protection of each attribute, and whether the item verifies.

mod beacons;
mod branch_key;
mod dbesdk;
mod guess;
mod json;
mod keys;
mod print;
mod report;

pub use beacons::BeaconReport;
pub use branch_key::{RecordKind, RecordReport};
pub use json::{item_of, items_of};
#[cfg(feature = "kms")]
pub use keys::KeyStoreKeys;
pub use keys::Keys;
pub use print::print;
pub use report::{AttributeReport, Certainty, ItemReport, Protection, Verification};

use std::collections::BTreeMap;

use dynaseal::{AttributeAction, AttributeActions, Item, ItemContext, item_size};

/// The known properties of the items.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// The actions of these attributes.
    pub actions: BTreeMap<String, AttributeAction>,
    /// The action of all others; if absent, it is guessed.
    pub default: Option<AttributeAction>,
    /// The table name that signatures are bound to.
    pub table_name: String,
    /// The name of the partition key.
    pub partition_key: Option<String>,
    /// The name of the sort key.
    pub sort_key: Option<String>,
}

/// Inspects one item, and verifies it if there are keys.
pub async fn inspect(item: &Item, knowledge: &Knowledge, keys: Option<&Keys>) -> ItemReport {
    if dbesdk::is_of_the_format(item) {
        return dbesdk::inspect(item, knowledge, keys).await;
    }
    if let Some(report) = branch_key::inspect(item, keys).await {
        return report;
    }
    let description = guess::description(item);
    let actions = knowledge.actions_of(item);
    let verification = match keys {
        None => Verification::NotTried,
        Some(keys) => {
            let mut spec = AttributeActions::new(knowledge.default.unwrap_or(AttributeAction::SignOnly));
            for (name, (action, _)) in &actions {
                spec = spec.with(name.clone(), *action);
            }
            match keys.encryptor(item, description.as_ref().ok()) {
                Ok(encryptor) => match encryptor.decrypt(item.clone(), &spec, &knowledge.context()).await {
                    Ok(plain) => Verification::Verified(plain),
                    Err(error) => Verification::Failed(error.to_string()),
                },
                Err(reason) => Verification::Failed(reason),
            }
        }
    };
    let attributes = actions.into_iter().map(|(name, (action, certainty))| {
        let plain = match &verification {
            Verification::Verified(plain) => plain.get(&name),
            _ => None,
        };
        AttributeReport::new(name, action, certainty, item, plain, verification.is_verified())
    });
    ItemReport {
        attributes: attributes.collect(),
        // The older format has none.
        beacons: Vec::new(),
        provider: description.as_ref().map(guess::provider).unwrap_or("unknown").to_owned(),
        description: description
            .map(|entries| entries.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
        dbesdk: None,
        record: None,
        is_signed: item.contains_key(guess::SIGNATURE),
        stored_size: item_size(item),
        plain_size: verification.plain().map(item_size),
        verification,
    }
}

impl Knowledge {
    /// Returns the action of each attribute, and how it is known.
    fn actions_of(&self, item: &Item) -> BTreeMap<String, (AttributeAction, Certainty)> {
        let own = item.iter().filter(|(name, _)| !guess::is_added(name));
        own.map(|(name, value)| {
            let known = self.actions.get(name).copied().or(self.default);
            let action = match known {
                Some(action) => (action, Certainty::Given),
                None if self.is_key(name) => (AttributeAction::SignOnly, Certainty::Guessed),
                None => (guess::action(value), Certainty::Guessed),
            };
            (name.clone(), action)
        })
        .collect()
    }

    fn is_key(&self, name: &str) -> bool {
        [&self.partition_key, &self.sort_key].into_iter().flatten().any(|key| key == name)
    }

    fn context(&self) -> ItemContext {
        let mut context = ItemContext::new(&*self.table_name);
        if let Some(name) = &self.partition_key {
            context = context.partition_key(name);
        }
        if let Some(name) = &self.sort_key {
            context = context.sort_key(name);
        }
        context
    }
}
