//! Flips every single bit of a stored item.

use dynaseal::{AttributeValue, ErrorKind, Item};
use dynaseal_tests::description;
use dynaseal_tests::samples::DESCRIPTION;

use super::target::Target;

/// The only optional entry of the description, because the Java client does not write it. So its name may change.
const OPTIONAL_ENTRY: &str = "amzn-ddb-map-signingAlg";
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

#[derive(Default)]
struct Counts {
    rejected: usize,
    equal: usize,
    /// Flips that result in invalid UTF-8, which no table can store.
    impossible: usize,
    /// Those of `equal` that are not in a `DoNothing` value.
    harmless: usize,
    bits_of_open_values: usize,
}

#[tokio::test]
async fn every_flipped_bit_is_rejected_or_changes_nothing() {
    for target in Target::all().await {
        let mut counts = Counts::default();
        for name in target.stored.keys() {
            flip_name(&target, name, &mut counts).await;
            flip_value(&target, name, &mut counts).await;
        }
        println!(
            "tampering, {}: {} flipped bits were rejected, {} left the item equal, {} of them outside of DoNothing values; \
             {} more are no UTF-8",
            target.name, counts.rejected, counts.equal, counts.harmless, counts.impossible
        );
        // A flipped high bit of an ASCII character is invalid UTF-8, here and in the description.
        assert_eq!(counts.harmless, 7 * OPTIONAL_ENTRY.len() + letters_of_algorithms(&target));
        assert_eq!(counts.equal, counts.harmless + counts.bits_of_open_values);
        assert!(counts.rejected > 10_000);
    }
}

/// Counts the letters of algorithm names, which are compared without case.
fn letters_of_algorithms(target: &Target) -> usize {
    let stored = target.stored[description::ATTRIBUTE].as_b().unwrap();
    let entries = description::from_bytes(stored.as_ref()).unwrap().into_iter();
    let named = entries.filter(|(key, _)| [OPTIONAL_ENTRY, WRAP_ALGORITHM].iter().any(|name| name.as_bytes() == key));
    named.map(|(_, value)| String::from_utf8(value).unwrap().matches(char::is_alphabetic).count()).sum()
}

async fn flip_name(target: &Target, name: &str, counts: &mut Counts) {
    for bit in 0..name.len() * 8 {
        let mut flipped = name.to_owned();
        if !flip_text(&mut flipped, bit) {
            counts.impossible += 1;
            continue;
        }
        let mut stored = target.stored.clone();
        let value = stored.remove(name).unwrap();
        assert!(stored.insert(flipped, value).is_none());
        attack(target, "a name", stored, counts).await;
    }
}

async fn flip_value(target: &Target, name: &str, counts: &mut Counts) {
    for bit in 0..bits(&target.stored[name]) {
        let mut stored = target.stored.clone();
        if !flip(stored.get_mut(name).unwrap(), bit) {
            counts.impossible += 1;
            continue;
        }
        if target.signs(name) {
            attack(target, name, stored, counts).await;
        } else {
            counts.bits_of_open_values += 1;
            counts.equal += 1;
            let read = target.decrypt(stored.clone()).await.unwrap();
            assert_eq!(read[name], stored[name]);
            assert_ne!(read[name], target.plain[name]);
            assert_eq!(without(read, name), without(target.plain.clone(), name));
        }
    }
}

async fn attack(target: &Target, place: &str, stored: Item, counts: &mut Counts) {
    match target.decrypt(stored).await {
        Ok(read) => {
            assert_eq!(read, target.plain, "{}: {place}", target.name);
            counts.equal += 1;
            counts.harmless += 1;
        }
        result => {
            let kind = target.error(place, result).kind();
            // An error in the description may be reported, because it is readable without a key. The flipped attribute
            // could be the description.
            let told = kind == ErrorKind::Materials && (place == DESCRIPTION || place == "a name");
            assert!(told || kind == ErrorKind::Integrity, "{}: {place}: {kind:?}", target.name);
            counts.rejected += 1;
        }
    }
}

fn without(mut item: Item, name: &str) -> Item {
    item.remove(name);
    item
}

fn bits(value: &AttributeValue) -> usize {
    8 * match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Ss(members) | AttributeValue::Ns(members) => members.iter().map(String::len).sum(),
        AttributeValue::Bs(members) => members.iter().map(|member| member.as_ref().len()).sum(),
        AttributeValue::L(elements) => return elements.iter().map(bits).sum(),
        AttributeValue::M(entries) => return entries.iter().map(|(key, value)| 8 * key.len() + bits(value)).sum(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => return 1,
        other => unreachable!("{other:?}"),
    }
}

/// Flips one bit; returns false if the result would be invalid UTF-8.
fn flip(value: &mut AttributeValue, mut bit: usize) -> bool {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => return flip_text(text, bit),
        AttributeValue::B(blob) => *blob = flipped(blob.as_ref(), bit).into(),
        AttributeValue::Bool(value) | AttributeValue::Null(value) => *value = !*value,
        AttributeValue::Ss(members) | AttributeValue::Ns(members) => {
            for member in members {
                if bit < 8 * member.len() {
                    return flip_text(member, bit);
                }
                bit -= 8 * member.len();
            }
        }
        AttributeValue::Bs(members) => {
            for member in members {
                let length = 8 * member.as_ref().len();
                if bit < length {
                    *member = flipped(member.as_ref(), bit).into();
                    return true;
                }
                bit -= length;
            }
        }
        AttributeValue::L(elements) => {
            for element in elements {
                let length = bits(element);
                if bit < length {
                    return flip(element, bit);
                }
                bit -= length;
            }
        }
        AttributeValue::M(entries) => {
            // Each map of the sample has one entry.
            let (mut key, mut value) = entries.drain().next().unwrap();
            let done =
                if bit < 8 * key.len() { flip_text(&mut key, bit) } else { flip(&mut value, bit - 8 * key.len()) };
            entries.insert(key, value);
            return done;
        }
        other => unreachable!("{other:?}"),
    }
    true
}

fn flip_text(text: &mut String, bit: usize) -> bool {
    match String::from_utf8(flipped(text.as_bytes(), bit)) {
        Ok(flipped) => {
            *text = flipped;
            true
        }
        Err(_) => false,
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}
