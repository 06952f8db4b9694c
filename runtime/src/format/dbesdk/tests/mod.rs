//! Items, values and all intermediate values, as computed by the Java client 3.9.0.

mod values;
mod walkthrough;

use std::collections::HashMap;

use serde::Deserialize;

use crate::format::context::ItemContext;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

/// The inputs with which an item of the vectors was encrypted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    table: String,
    partition: String,
    sort: Option<String>,
    actions: HashMap<String, String>,
    #[serde(default)]
    unsigned: Vec<String>,
    unsigned_prefix: Option<String>,
}

impl Config {
    pub(crate) fn actions(&self) -> AttributeActions {
        let mut actions = AttributeActions::new(AttributeAction::EncryptAndSign);
        for (name, action) in &self.actions {
            let action = match action.as_str() {
                "e" => AttributeAction::EncryptAndSign,
                "s" => AttributeAction::SignOnly,
                "c" => AttributeAction::SignAndIncludeInEncryptionContext,
                "n" => AttributeAction::DoNothing,
                other => unreachable!("an action {other}"),
            };
            actions = actions.with(name, action);
        }
        for name in &self.unsigned {
            actions = actions.with(name, AttributeAction::DoNothing);
        }
        match &self.unsigned_prefix {
            Some(prefix) => actions.unsigned_prefix(prefix),
            None => actions,
        }
    }

    pub(crate) fn context(&self) -> ItemContext {
        let context = ItemContext::new(&self.table).partition_key(&self.partition);
        match &self.sort {
            Some(sort) => context.sort_key(sort),
            None => context,
        }
    }
}

/// Returns the items in a comparable form: encrypted numbers and sets are normalized.
pub(crate) fn normalized(item: Item) -> std::collections::BTreeMap<String, Vec<u8>> {
    let serialize = |value| {
        let mut bytes = Vec::new();
        super::value::serialize(&value, &mut bytes).unwrap();
        bytes
    };
    item.into_iter().map(|(name, value)| (name, serialize(value))).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}
