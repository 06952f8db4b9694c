//! Items of the AWS Database Encryption SDK, which record the actions of their attributes.

use std::collections::BTreeMap;

use dynaseal::format::{ItemDescription, RecipientDescription};
use dynaseal::{AttributeAction, AttributeActions, Item, item_size};
use serde_json::{Value, json};

use super::beacons;
use super::{AttributeReport, Certainty, ItemReport, Keys, Knowledge, Verification};

const HEADER: &str = "aws_dbe_head";
const FOOTER: &str = "aws_dbe_foot";

/// The prefix of all attributes that the format adds.
const ADDED: &str = "aws_dbe_";

/// Returns true for an item with a header or a footer.
pub(super) fn is_of_the_format(item: &Item) -> bool {
    item.contains_key(HEADER) || item.contains_key(FOOTER)
}

pub(super) async fn inspect(item: &Item, knowledge: &Knowledge, keys: Option<&Keys>) -> ItemReport {
    let actions = knowledge.actions.iter().fold(
        AttributeActions::new(knowledge.default.unwrap_or(AttributeAction::EncryptAndSign)),
        |actions, (name, action)| actions.with(name, *action),
    );
    let description = ItemDescription::of(item).map_err(|error| error.to_string());
    let recorded = description.as_ref().ok().and_then(|description| description.recorded_actions(item, &actions));
    let recorded: BTreeMap<String, AttributeAction> = recorded.unwrap_or_default().into_iter().collect();
    let recipients = description.as_ref().map(ItemDescription::recipients).unwrap_or_default();
    let verification = match keys.map(|keys| keys.keyring(recipients)) {
        None => Verification::NotTried,
        Some(Err(reason)) => Verification::Failed(reason),
        Some(Ok(encryptor)) => match encryptor.decrypt(item.clone(), &actions, &knowledge.context()).await {
            Ok(plain) => Verification::Verified(plain),
            Err(error) => Verification::Failed(error.to_string()),
        },
    };
    let mut names: Vec<&String> = item.keys().filter(|name| !name.starts_with(ADDED)).collect();
    names.sort_unstable();
    let attributes = names.into_iter().map(|name| {
        let (action, certainty) = match recorded.get(name) {
            Some(action) => (*action, Certainty::Recorded),
            None => (actions.action(name), Certainty::Given),
        };
        let plain = verification.plain().and_then(|plain| plain.get(name));
        AttributeReport::new(name.clone(), action, certainty, item, plain, verification.is_verified())
    });
    ItemReport {
        attributes: attributes.collect(),
        beacons: beacons::of(item),
        provider: "a keyring".to_owned(),
        description: description.as_ref().map(|_| BTreeMap::new()).map_err(Clone::clone),
        dbesdk: Some(description),
        record: None,
        is_signed: item.contains_key(FOOTER),
        stored_size: item_size(item),
        plain_size: verification.plain().map(item_size),
        verification,
    }
}

/// Converts the description to JSON: the version of the header, the suite, sizes in bytes, and the recipients.
pub(super) fn to_json(description: &ItemDescription) -> Value {
    let recipients = description.recipients().iter().map(|recipient| {
        let points = recipient.points().map(|(sender, receiver)| json!([hex(sender), hex(receiver)]));
        json!({
            "provider_id": recipient.provider_id(),
            "key_name": recipient.key_name(),
            "branch_key_version": recipient.branch_key_version(),
            "points": points,
            "size": recipient.size(),
        })
    });
    json!({
        "version": description.version(),
        "suite": format!("{:04x}", description.suite().id()),
        "signed_attributes": description.signed_attributes(),
        "header_size": description.header_size(),
        "footer_size": description.footer_size(),
        "recipients": recipients.collect::<Vec<_>>(),
    })
}

/// Returns the description for people, one fact per line: a label and its value.
pub(super) fn lines(description: &ItemDescription) -> Vec<(&'static str, String)> {
    let signature = if description.suite().id() & 1 == 1 { "with a digital signature" } else { "no digital signature" };
    let sizes = format!("{} and {} bytes", description.header_size(), description.footer_size());
    let facts = [
        ("format", "AWS Database Encryption SDK".to_owned()),
        ("version", description.version().to_string()),
        ("suite", format!("{:04x}, {signature}", description.suite().id())),
        ("head, foot", sizes),
    ];
    let recipients = description.recipients().iter().map(RecipientDescription::to_string);
    facts.into_iter().chain(recipients.map(|recipient| ("recipient", recipient))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
