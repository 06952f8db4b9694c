//! Values that the Java and the Python client sign differently, and which client accepts them.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, Item};
use dynaseal_tests::ours::Ours;
use dynaseal_tests::peers::Outcome;
use dynaseal_tests::setup::{Action, Setup};

use super::clients::Verdict::{Changes, Reads, Rejects};
use super::clients::{Peers, Result, Verdict, item, ours, setup, static_provider, text, verdict};

/// The verdicts for an item on its way from one client to another.
struct Expected {
    ours_to_python: Verdict,
    ours_to_java: Verdict,
    python_to_ours: Verdict,
    java_to_ours: Verdict,
    python_to_java: Verdict,
    java_to_python: Verdict,
}

/// dynaseal writes in the order of Java, and reads both orders.
const ORDER: Expected = Expected {
    ours_to_python: Rejects,
    ours_to_java: Reads,
    python_to_ours: Reads,
    java_to_ours: Reads,
    python_to_java: Rejects,
    java_to_python: Rejects,
};

/// Python signs a rounded number.
const SIGNED_NUMBER: Expected = Expected { python_to_ours: Rejects, ..ORDER };

/// Python rounds numbers when it encrypts them and after it decrypted them.
const ENCRYPTED_NUMBER: Expected = Expected {
    ours_to_python: Changes,
    ours_to_java: Reads,
    python_to_ours: Changes,
    java_to_ours: Reads,
    python_to_java: Changes,
    java_to_python: Changes,
};

const HARMLESS: Expected = Expected {
    ours_to_python: Reads,
    ours_to_java: Reads,
    python_to_ours: Reads,
    java_to_ours: Reads,
    python_to_java: Reads,
    java_to_python: Reads,
};

/// A number of 29 digits, the last of which Python loses.
const LONG: &str = "12345678901234567890123456789";

#[test]
fn order_of_binary_sets() -> Result<()> {
    let set = AttributeValue::Bs(vec![Blob::new([0x01]), Blob::new([0x80])]);
    check(Action::SignOnly, "signed", set.clone(), &ORDER)?;
    check(Action::SignOnly, "signed", AttributeValue::L(vec![set.clone()]), &ORDER)?;
    check(Action::EncryptAndSign, "encrypted", set, &HARMLESS)
}

#[test]
fn order_of_string_sets() -> Result<()> {
    let set = AttributeValue::Ss(vec!["\u{1f600}".to_owned(), "\u{ff5e}".to_owned()]);
    check(Action::SignOnly, "signed", set.clone(), &ORDER)?;
    check(Action::EncryptAndSign, "encrypted", set, &HARMLESS)
}

#[test]
fn order_of_map_keys() -> Result<()> {
    let entries = ["\u{1f600}", "\u{ff5e}"].map(|key| (key.to_owned(), AttributeValue::Bool(true)));
    let map = AttributeValue::M(HashMap::from(entries));
    check(Action::SignOnly, "signed", map.clone(), &ORDER)?;
    check(Action::EncryptAndSign, "encrypted", map, &HARMLESS)
}

#[test]
fn order_of_attribute_names() -> Result<()> {
    let plaintext = item(&[("\u{1f600}", text("a")), ("\u{ff5e}", text("b"))]);
    check_item(&setup(static_provider(), &[]), &plaintext, &ORDER)
}

#[test]
fn numbers_of_more_than_28_digits() -> Result<()> {
    let number = AttributeValue::N(LONG.to_owned());
    check(Action::SignOnly, "signed", number.clone(), &SIGNED_NUMBER)?;
    check(Action::SignOnly, "signed", AttributeValue::Ns(vec!["1".to_owned(), LONG.to_owned()]), &SIGNED_NUMBER)?;
    check(Action::EncryptAndSign, "encrypted", number, &ENCRYPTED_NUMBER)
}

#[test]
fn negative_zero() -> Result<()> {
    // DynamoDB itself returns zero without a sign, so this only occurs if items are transferred in another way.
    let number = AttributeValue::N("-0".to_owned());
    check(Action::SignOnly, "signed", number.clone(), &SIGNED_NUMBER)?;
    check(Action::EncryptAndSign, "encrypted", number, &HARMLESS)
}

/// This is why writing a negative zero needs no warning.
#[test]
fn a_negative_zero_without_its_sign_is_read_by_all() -> Result<()> {
    let setup = setup(static_provider(), &[("signed", Action::SignOnly)]);
    let zero = |text: &str| AttributeValue::N(text.to_owned());
    let mut stored = Ours::new(&setup)?.encrypt(&[item(&[("signed", zero("-0"))])]).remove(0)?;
    stored.insert("signed".to_owned(), zero("0"));
    let expected = item(&[("signed", zero("0"))]);
    assert_eq!(ours(&setup, &stored, &expected)?, Reads);
    for (name, outcomes) in Peers::start()?.decrypt(&setup, &[stored])? {
        assert_eq!(verdict(&outcomes[0], &expected), Reads, "{name}: {:?}", outcomes[0]);
    }
    Ok(())
}

#[test]
fn numbers_rounded_by_python_are_read_on_request() -> Result<()> {
    let Some(mut python) = Peers::start()?.python else { return Ok(()) };
    for number in [LONG, "-0"] {
        let setup = setup(static_provider(), &[("signed", Action::SignOnly)]);
        let plaintext = item(&[("signed", AttributeValue::N(number.to_owned()))]);
        let stored = stored(python.encrypt(&setup, std::slice::from_ref(&plaintext))?)?;
        let outcomes = Ours::new(&setup)?.accept_python_numbers().decrypt(&stored);
        assert_eq!(verdict(&outcomes[0], &plaintext), Reads, "{number}: {outcomes:?}");
    }
    Ok(())
}

fn check(action: Action, name: &str, value: AttributeValue, expected: &Expected) -> Result<()> {
    check_item(&setup(static_provider(), &[(name, action)]), &item(&[(name, value)]), expected)
}

fn check_item(setup: &Setup, plaintext: &Item, expected: &Expected) -> Result<()> {
    let mut peers = Peers::start()?;
    let ours = Ours::new(setup)?;
    let plaintexts = std::slice::from_ref(plaintext);

    let by_ours: Vec<Item> = ours.encrypt(plaintexts).into_iter().collect::<std::result::Result<_, _>>()?;
    for (name, outcomes) in peers.decrypt(setup, &by_ours)? {
        let expected = if name == "Python" { expected.ours_to_python } else { expected.ours_to_java };
        assert_eq!(verdict(&outcomes[0], plaintext), expected, "dynaseal to {name}: {:?}", outcomes[0]);
    }
    if let Some(python) = &mut peers.python {
        let by_python = stored(python.encrypt(setup, plaintexts)?)?;
        let outcome = ours.decrypt(&by_python).remove(0);
        assert_eq!(verdict(&outcome, plaintext), expected.python_to_ours, "Python to dynaseal: {outcome:?}");
        if let Some(java) = &mut peers.java {
            let outcome = java.decrypt(setup, &by_python)?.remove(0);
            assert_eq!(verdict(&outcome, plaintext), expected.python_to_java, "Python to Java: {outcome:?}");
        }
    }
    if let Some(java) = &mut peers.java {
        let by_java = stored(java.encrypt(setup, plaintexts)?)?;
        let outcome = ours.decrypt(&by_java).remove(0);
        assert_eq!(verdict(&outcome, plaintext), expected.java_to_ours, "Java to dynaseal: {outcome:?}");
        if let Some(python) = &mut peers.python {
            let outcome = python.decrypt(setup, &by_java)?.remove(0);
            assert_eq!(verdict(&outcome, plaintext), expected.java_to_python, "Java to Python: {outcome:?}");
        }
    }
    Ok(())
}

fn stored(outcomes: Vec<Outcome>) -> Result<Vec<Item>> {
    Ok(outcomes.into_iter().collect::<std::result::Result<_, _>>()?)
}
