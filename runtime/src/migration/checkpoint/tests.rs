use proptest::prelude::*;

use super::*;

fn example() -> Checkpoint {
    let key = BTreeMap::from([
        ("id".to_owned(), KeyValue::S("a\nb".to_owned())),
        ("n".to_owned(), KeyValue::N("1".to_owned())),
        ("b".to_owned(), KeyValue::B("/w==".to_owned())),
    ]);
    let parameters = BTreeMap::from([("table".to_owned(), "employees".to_owned())]);
    let mut checkpoint = Checkpoint::new(parameters, 0..3);
    checkpoint.segments.insert(1, Position::After(key));
    checkpoint.segments.insert(2, Position::End);
    checkpoint
}

#[test]
fn checkpoints_round_trip() {
    let checkpoint = example();
    assert_eq!(Checkpoint::decode(checkpoint.encode().unwrap().as_bytes()), Ok(checkpoint));
}

#[test]
fn a_position_continues_after_its_key() {
    let checkpoint = example();
    let start = |number: u32| checkpoint.segments[&number].start();
    assert_eq!((start(0), start(2)), (Some(None), None));
    let key = start(1).unwrap().unwrap();
    assert_eq!(key["b"], AttributeValue::B(Blob::new([0xff])));
    assert_eq!(Position::after(Some(key)).unwrap(), checkpoint.segments[&1]);
    assert_eq!(Position::after(None).unwrap(), Position::End);
    assert!(Position::after(Some(Item::from([("id".to_owned(), AttributeValue::Bool(true))]))).is_err());
}

#[test]
fn every_changed_bit_and_truncation_is_detected() {
    let text = example().encode().unwrap().into_bytes();
    for bit in 0..text.len() * 8 {
        let mut damaged = text.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Checkpoint::decode(&damaged).is_err(), "bit {bit}");
    }
    for length in 0..text.len() {
        assert!(Checkpoint::decode(&text[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn other_versions_and_other_files_are_distinguished() {
    let text = example().encode().unwrap();
    let newer = text.replace("checkpoint 1\n", "checkpoint 2\n");
    assert_eq!(Checkpoint::decode(newer.as_bytes()), Err("was written by another version of dynaseal"));
    for other in ["", "\n", "dynaseal key file 1\n", "SQLite format 3\0\n"] {
        assert_eq!(Checkpoint::decode(other.as_bytes()), Err("is not a dynaseal checkpoint"), "{other:?}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Checkpoint::decode(&bytes);
    }

    /// With a valid checksum.
    #[test]
    fn arbitrary_bodies_never_panic(body in "[^\n]*") {
        let content = format!("{FORMAT}{VERSION}\n{body}\n");
        let text = format!("{content}{CHECKSUM}{}\n", hex(&sha256(content.as_bytes())));
        prop_assert!(Checkpoint::decode(text.as_bytes()).is_err());
    }
}
