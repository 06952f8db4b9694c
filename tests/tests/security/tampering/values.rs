//! Values that no table can store.

use std::collections::HashMap;
use std::thread;

use dynaseal::{AttributeActions, AttributeValue, Error, ErrorKind, Item};
use dynaseal_tests::samples::{ACTIONS, PARTITION_KEY, actions, all_types, context};

use super::target::{Target, check_text};

/// Returns an attribute of the sample for every action.
fn attributes() -> [String; 3] {
    ACTIONS.map(|action| format!("{action:?}-list"))
}

/// Returns values that contain a number at every possible place.
fn everywhere(number: &str) -> Vec<AttributeValue> {
    let value = || AttributeValue::N(number.to_owned());
    // The order of the decrypted set.
    let mut members = vec!["1".to_owned(), number.to_owned()];
    members.sort();
    let set = || AttributeValue::Ns(members.clone());
    let map = |value| AttributeValue::M(HashMap::from([("entry".to_owned(), value)]));
    vec![
        value(),
        set(),
        AttributeValue::L(vec![AttributeValue::Null(true), value()]),
        AttributeValue::L(vec![set()]),
        map(value()),
        map(set()),
        map(AttributeValue::L(vec![map(AttributeValue::L(vec![value()]))])),
    ]
}

async fn encrypting_fails(target: &Target, name: &str, value: AttributeValue) -> Error {
    let mut item = target.plain.clone();
    item.insert(name.to_owned(), value);
    let what = format!("{:?} in {name}", item[name]);
    let error = target.error(&what, target.encryptor.encrypt(item, &actions(), &context()).await);
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(name)), "{what}");
    error
}

#[tokio::test]
async fn unsupported_numbers_are_rejected_under_every_action() {
    let digits = "1234567890123456789012345678901234567";
    let [digits39, fraction39] = [format!("{digits}89"), format!("0.000{digits}89")];
    let numbers =
        ["NaN", "nan", "Infinity", "-Infinity", "inf", "1E126", "-1E126", "1E-131", "1E999999999999999999999"];
    let texts = ["", "-", "abc", " 7", "7 ", "1_000", "0x1F", "1,5", "\u{661}\u{662}", "--1", "1e", "1.2.3"];
    for target in Target::all().await {
        for number in numbers.into_iter().chain(texts).chain([digits39.as_str(), fraction39.as_str()]) {
            for name in attributes().iter().map(String::as_str).chain([PARTITION_KEY]) {
                for value in everywhere(number) {
                    let error = encrypting_fails(&target, name, value).await;
                    if number.len() > 3 {
                        let text = error.to_string().replace("NaN and Infinity are not", "");
                        assert!(!text.contains(number), "{text}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_longest_largest_and_smallest_numbers_round_trip() {
    let longest = "12345678901234567890123456789012345678";
    let largest = format!("-{longest}{}", "0".repeat(88));
    let smallest = format!("0.{}1", "0".repeat(129));
    for target in Target::all().await {
        for number in [longest, &largest, &smallest] {
            for name in attributes() {
                for value in everywhere(number) {
                    let mut item = target.plain.clone();
                    item.insert(name.clone(), value);
                    let stored = target.encryptor.encrypt(item.clone(), &actions(), &context()).await.unwrap();
                    assert_eq!(target.decrypt(stored).await.unwrap(), item);
                }
            }
        }
    }
}

#[tokio::test]
async fn not_a_number_is_rejected() {
    for target in Target::all().await {
        for value in everywhere("NaN") {
            target.rejects("NaN signed", target.with("SignOnly-list", value.clone()), ErrorKind::Integrity).await;
            target.rejects("NaN encrypted", target.with("EncryptAndSign-list", value), ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn a_false_null_is_rejected() {
    for target in Target::all().await {
        for name in attributes() {
            let null = AttributeValue::Null(false);
            for value in [null.clone(), AttributeValue::L(vec![null.clone()])] {
                encrypting_fails(&target, &name, value).await;
            }
        }
        target
            .rejects("false NULL", target.with("SignOnly-null", AttributeValue::Null(false)), ErrorKind::Integrity)
            .await;
    }
}

/// The limit of DynamoDB is 32 levels.
#[tokio::test]
async fn nesting_is_limited() {
    for target in Target::all().await {
        for name in attributes() {
            let mut item = target.plain.clone();
            item.insert(name.clone(), nested(32));
            let stored = target.encryptor.encrypt(item.clone(), &actions(), &context()).await.unwrap();
            assert_eq!(target.decrypt(stored).await.unwrap(), item);
            encrypting_fails(&target, &name, nested(150)).await;
        }
    }
}

/// Returns nested lists, and nested lists and maps alternating.
fn nested(levels: usize) -> AttributeValue {
    (0..levels).fold(AttributeValue::Bool(true), |value, level| match level % 3 {
        0 => AttributeValue::M(HashMap::from([("entry".to_owned(), value)])),
        _ => AttributeValue::L(vec![value]),
    })
}

/// A recursion into such a value would end the process: a stack overflow is not a panic.
#[tokio::test]
async fn a_hundred_thousand_levels_do_not_overflow_the_stack() {
    for target in Target::all().await {
        for name in attributes() {
            encrypting_with_little_stack(&target, &name);
            target.rejects("100,000 levels", target.with(&name, nested(100_000)), ErrorKind::Integrity).await;
        }
    }
}

/// Encrypts on a thread with a small stack, as in many servers.
fn encrypting_with_little_stack(target: &Target, name: &str) {
    let mut item: Item = target.plain.clone();
    item.insert(name.to_owned(), nested(100_000));
    thread::scope(|scope| {
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(target.encryptor.encrypt(item, &actions(), &context())).unwrap_err()
        };
        let error = thread::Builder::new().stack_size(256 * 1024).spawn_scoped(scope, work).unwrap().join().unwrap();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(name)));
        check_text(&error, &[]);
    });
}

/// DynamoDB has to reject these values: without protected attributes, the item is returned unchanged.
#[tokio::test]
async fn without_any_protection_items_pass_unchecked() {
    let nothing = AttributeActions::new(dynaseal::AttributeAction::DoNothing);
    for target in Target::all().await {
        let item: Item = all_types("x").map(|(name, value)| (name.to_owned(), value)).into();
        let passed = target.encryptor.encrypt(item.clone(), &nothing, &context()).await.unwrap();
        assert_eq!(passed, item);
        assert_eq!(target.encryptor.decrypt(passed, &nothing, &context()).await.unwrap(), item);
    }
}
