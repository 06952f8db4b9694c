//! A changed or invented cursor is `InvalidCursor`. An unchanged one continues where the page ended.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::{AttributeAction, AttributeActions, EncryptedItem, ErrorKind, ItemContext, Repository};
use dynaseal_fuzz::dynamodb_json::item_to_json;
use dynaseal_fuzz::{answers, forged, samples, wait};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

#[derive(Clone, Debug, EncryptedItem)]
struct Reading {
    #[partition_key]
    sensor: String,
    #[sort_key]
    time: u64,
    value: i64,
}

static READINGS: LazyLock<Repository<Reading>> = LazyLock::new(|| {
    let reading = Reading { sensor: "s-1".to_owned(), time: 7, value: 42 }.to_item().expect("an item");
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("sensor", AttributeAction::SignOnly)
        .with("time", AttributeAction::SignOnly);
    let context = ItemContext::new("readings").partition_key("sensor").sort_key("time");
    let stored = wait(forged::encryptor().encrypt(reading, &actions, &context)).expect("a stored item");
    let answer = json!({
        "Items": [item_to_json(&stored)], "Count": 1, "ScannedCount": 1,
        "LastEvaluatedKey": {"sensor": {"S": "s-1"}, "time": {"N": "7"}},
    });
    let client = answers::client(answer.to_string());
    Repository::builder(client).table("readings").encryptor(forged::encryptor()).cursor_key(key()).build()
});

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    let page = wait(READINGS.query("s-1").limit(1).page(None).into_future()).expect("a page");
    page.cursor.expect("there is more").to_token().expect("there is a key")
});

#[derive(Arbitrary, Debug)]
enum Input {
    Text(String),
    /// The bytes of an authentic cursor, changed.
    Changed(Vec<(u16, u8)>),
    Shortened(u16),
    Extended(String),
}

fuzz_target!(|input: Input| {
    let text = match input {
        Input::Text(text) => text,
        Input::Changed(changes) => {
            let mut bytes = TOKEN.clone().into_bytes();
            for (place, byte) in changes {
                let place = usize::from(place) % bytes.len();
                bytes[place] = byte;
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Input::Shortened(length) => TOKEN.chars().take(usize::from(length)).collect(),
        Input::Extended(more) => format!("{}{more}", *TOKEN),
    };
    let is_real = text == *TOKEN;
    let outcome = wait(READINGS.query("s-1").limit(1).page(Cursor::from(text.clone())).into_future());
    match outcome {
        Ok(_) => assert!(is_real, "{text}"),
        Err(error) => assert!(!is_real && error.kind() == ErrorKind::InvalidCursor, "{error:?}: {text}"),
    }
});

fn key() -> CursorKey {
    CursorKey::from_bytes(&samples::AES_KEY).expect("32 bytes")
}
