//! Values and numbers.

use serde::Deserialize;

use crate::crypto::wipe::PlaintextBuffer;
use crate::format::dbesdk::deserialize::deserialize;
use crate::format::dbesdk::value::serialize;
use crate::format::vectors::read;
use crate::item::AttributeValue;
use crate::item::number::text::normalize_checked;

use super::unhex;

#[test]
fn values_serialize_and_deserialize_as_in_the_vectors() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Vector {
        value: serde_dynamo::AttributeValue,
        type_id: String,
        bytes: String,
    }

    let Some(vectors) = read::<Vec<Vector>>("dbesdk/java390/serialization.json") else { return };
    assert_eq!(vectors.len(), 260);
    for Vector { value, type_id, bytes } in vectors {
        let value = AttributeValue::from(value);
        let expected = [unhex(&type_id), unhex(&bytes)].concat();
        let mut serialized = Vec::new();
        serialize(&value, &mut serialized).unwrap();
        assert_eq!(serialized, expected, "{value:?}");
        assert!(serialized.len() <= super::super::value::longest(&value), "{value:?}");

        let type_id = unhex(&type_id).try_into().unwrap();
        let read = deserialize(type_id, PlaintextBuffer::from(expected.clone()), 2).unwrap();
        let mut again = Vec::new();
        serialize(&read, &mut again).unwrap();
        assert_eq!(again, expected, "{value:?}");
    }
}

#[test]
fn numbers_are_normalized_or_rejected_as_in_the_vectors() {
    #[derive(Deserialize)]
    struct Vector {
        r#in: String,
        out: Option<String>,
        error: Option<String>,
    }

    let Some(vectors) = read::<Vec<Vector>>("dbesdk/java390/numbers.json") else { return };
    assert_eq!(vectors.len(), 208);
    for Vector { r#in, out, error } in vectors {
        assert!(out.is_some() != error.is_some());
        assert_eq!(normalize_checked(&r#in).ok().as_deref(), out.as_deref(), "{in}");
    }
}

/// The examples of the format: shorter and longer characters in sets, numbers in sets, and values in values.
#[test]
fn sets_and_maps_are_sorted() {
    let text = |members: &[&str]| members.iter().map(|member| (*member).to_owned()).collect::<Vec<_>>();
    let map = AttributeValue::M(
        [
            ("b".to_owned(), AttributeValue::N("1".to_owned())),
            ("a".to_owned(), AttributeValue::L(vec![AttributeValue::Null(true), AttributeValue::S("x".to_owned())])),
        ]
        .into(),
    );
    for (value, expected) in [
        (
            AttributeValue::Ss(text(&["b", "\u{ff61}", "\u{10002}"])),
            "0101 00000003 00000001 62 00000004 f0908082 00000003 efbda1",
        ),
        (
            AttributeValue::Ns(text(&["10", "-3", "9", "1.50"])),
            "0102 00000004 00000002 2d33 00000003 312e35 00000002 3130 00000001 39",
        ),
        (
            map,
            "0200 00000002 0001 00000001 61 0300 00000011 00000002 0000 00000000 0001 00000001 78 0001 00000001 62 0002 \
             00000001 31",
        ),
    ] {
        let mut serialized = Vec::new();
        serialize(&value, &mut serialized).unwrap();
        assert_eq!(serialized, unhex(&expected.replace(' ', "")), "{value:?}");
    }
}

#[test]
fn members_of_sets_are_distinct_by_value() {
    let numbers = AttributeValue::Ns(vec!["1".to_owned(), "1.0".to_owned()]);
    assert!(serialize(&numbers, &mut Vec::new()).is_err());
    let texts = AttributeValue::Ss(vec!["a".to_owned(), "a".to_owned()]);
    assert!(serialize(&texts, &mut Vec::new()).is_err());
}
