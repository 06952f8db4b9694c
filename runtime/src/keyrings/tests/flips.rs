//! Every single bit of a stored item is flipped.

use std::io::Write as _;

use crate::format::dbesdk::Dbesdk;
use crate::format::dbesdk::tests::normalized;
use crate::keyrings::{AesKey, RawAesKeyring};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext};

/// An item of one recipient, with an encrypted, a signed and an unsigned value of each of the ten types.
fn item() -> Item {
    let text = |text: &str| text.to_owned();
    let values = [
        AttributeValue::S(text("text")),
        AttributeValue::N(text("-1.5")),
        AttributeValue::B(b"bytes".to_vec().into()),
        AttributeValue::Bool(true),
        AttributeValue::Null(true),
        AttributeValue::Ss(vec![text("a"), text("b")]),
        AttributeValue::Ns(vec![text("1"), text("2")]),
        AttributeValue::Bs(vec![b"a".to_vec().into(), b"b".to_vec().into()]),
        AttributeValue::L(vec![AttributeValue::S(text("x")), AttributeValue::Null(true)]),
        AttributeValue::M([(text("key"), AttributeValue::N(text("7")))].into()),
    ];
    let mut item = Item::from([("id".to_owned(), AttributeValue::S(text("e-1")))]);
    for (index, value) in values.into_iter().enumerate() {
        for kind in ["encrypted", "signed", "unsigned"] {
            item.insert(format!("{kind} {index}"), value.clone());
        }
    }
    item
}

fn actions(version: u8) -> AttributeActions {
    let signed =
        if version == 2 { AttributeAction::SignAndIncludeInEncryptionContext } else { AttributeAction::SignOnly };
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", signed);
    (0..10).fold(actions, |actions, index| {
        actions.with(format!("signed {index}"), signed).with(format!("unsigned {index}"), AttributeAction::DoNothing)
    })
}

/// Returns every value that differs from `value` in one bit and is still valid.
fn flipped(value: &AttributeValue) -> Vec<AttributeValue> {
    let bits = |bytes: &[u8]| -> Vec<Vec<u8>> {
        (0..bytes.len() * 8)
            .map(|bit| {
                let mut bytes = bytes.to_vec();
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            })
            .collect()
    };
    let texts = |text: &String| bits(text.as_bytes()).into_iter().filter_map(|bytes| String::from_utf8(bytes).ok());
    let members = |members: &[AttributeValue]| -> Vec<Vec<AttributeValue>> {
        let changed = |index: usize| {
            flipped(&members[index]).into_iter().map(move |value| {
                let mut members = members.to_vec();
                members[index] = value;
                members
            })
        };
        (0..members.len()).flat_map(changed).collect()
    };
    match value {
        AttributeValue::S(text) => texts(text).map(AttributeValue::S).collect(),
        AttributeValue::N(text) => texts(text).map(AttributeValue::N).collect(),
        AttributeValue::B(blob) => {
            bits(blob.as_ref()).into_iter().map(|bytes| AttributeValue::B(bytes.into())).collect()
        }
        AttributeValue::Bool(value) => vec![AttributeValue::Bool(!value)],
        AttributeValue::Ss(texts) => {
            let values: Vec<_> = texts.iter().cloned().map(AttributeValue::S).collect();
            let text = |value: AttributeValue| value.as_s().unwrap().clone();
            members(&values).into_iter().map(|all| AttributeValue::Ss(all.into_iter().map(text).collect())).collect()
        }
        AttributeValue::Ns(texts) => {
            let values: Vec<_> = texts.iter().cloned().map(AttributeValue::N).collect();
            let text = |value: AttributeValue| value.as_n().unwrap().clone();
            members(&values).into_iter().map(|all| AttributeValue::Ns(all.into_iter().map(text).collect())).collect()
        }
        AttributeValue::Bs(blobs) => {
            let values: Vec<_> = blobs.iter().cloned().map(AttributeValue::B).collect();
            let blob = |value: AttributeValue| value.as_b().unwrap().clone();
            members(&values).into_iter().map(|all| AttributeValue::Bs(all.into_iter().map(blob).collect())).collect()
        }
        AttributeValue::L(values) => members(values).into_iter().map(AttributeValue::L).collect(),
        AttributeValue::M(entries) => {
            let (key, value) = entries.iter().next().unwrap();
            let keys = texts(key).map(|key| AttributeValue::M([(key, value.clone())].into()));
            let values = flipped(value).into_iter().map(|value| AttributeValue::M([(key.clone(), value)].into()));
            keys.chain(values).collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn every_flipped_bit_is_rejected_or_changes_only_unsigned_values() {
    let keyring = RawAesKeyring::new("ns", "name", &AesKey::generate().unwrap()).unwrap();
    let context = ItemContext::new("employees").partition_key("id");
    let (mut rejected, mut equal, mut unsigned) = (0, 0, 0);
    for (version, signs) in [(1, false), (2, false), (1, true), (2, true)] {
        let format = Dbesdk::new(keyring.clone()).digital_signature(signs);
        let actions = actions(version);
        let stored = format.encrypt(item(), &actions, &context).await.unwrap();
        let expected = normalized(item());
        for (name, value) in &stored {
            // Verifying a signature is slow, so only every fifth bit of signed items is flipped.
            for value in flipped(value).into_iter().step_by(if signs { 5 } else { 1 }) {
                let mut changed = stored.clone();
                changed.insert(name.clone(), value);
                match format.decrypt(changed, &actions, &context).await {
                    Err(_) => rejected += 1,
                    Ok(_) if name.starts_with("unsigned") => unsigned += 1,
                    Ok(item) => {
                        assert_eq!(normalized(item), expected, "{name}");
                        equal += 1;
                    }
                }
            }
        }
    }
    let mut out = std::io::stdout();
    writeln!(out, "{rejected} bits rejected, {equal} equal, {unsigned} in unsigned values").unwrap();
    assert!(rejected > 10_000 && unsigned > 0);
}
