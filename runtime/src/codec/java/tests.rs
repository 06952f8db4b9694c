//! Values that the modules write, read and reject, as fields of an entity.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::codec::derived::{put_with, take_with};
use crate::error::ErrorKind;
use crate::item::{AttributeValue, Item};

use super::{bool_number, date_iso, json};

/// Returns the stored form of the field `a`.
macro_rules! stored {
    ($module:ident, $value:expr) => {{
        let mut item = Item::new();
        put_with(&$value, &mut item, "a", |value, serializer| $module::serialize(value, serializer))
            .map(|()| item.remove("a"))
    }};
}

/// Reads a field from a stored value.
macro_rules! read {
    ($module:ident as $type:ty, $stored:expr) => {{
        let stored: Option<AttributeValue> = $stored;
        let mut item: Item = stored.map(|value| ("a".to_owned(), value)).into_iter().collect();
        take_with::<$type>(&mut item, "a", |deserializer| $module::deserialize(deserializer))
    }};
}

fn number(text: &str) -> Option<AttributeValue> {
    Some(AttributeValue::N(text.to_owned()))
}

fn text(text: &str) -> Option<AttributeValue> {
    Some(AttributeValue::S(text.to_owned()))
}

#[test]
fn booleans_are_numbers() {
    assert_eq!(stored!(bool_number, true).unwrap(), number("1"));
    assert_eq!(stored!(bool_number, Some(false)).unwrap(), number("0"));
    assert_eq!(stored!(bool_number, None::<bool>).unwrap(), None);

    assert_eq!(read!(bool_number as Option<bool>, number("1")).unwrap(), Some(true));
    assert_eq!(read!(bool_number as Option<bool>, number("0")).unwrap(), Some(false));
    assert!(read!(bool_number as bool, number("1")).unwrap());
    assert!(read!(bool_number as bool, Some(AttributeValue::Bool(true))).unwrap());
    assert_eq!(read!(bool_number as Option<bool>, None).unwrap(), None);
    for rejected in [number("2"), number("-1"), number("0.5"), text("1"), None] {
        assert_eq!(read!(bool_number as bool, rejected).unwrap_err().kind(), ErrorKind::Schema);
    }
}

#[test]
fn dates_are_text_with_milliseconds() {
    let dates = [
        (UNIX_EPOCH, "1970-01-01T00:00:00.000Z"),
        (UNIX_EPOCH + Duration::from_millis(951_782_400_010), "2000-02-29T00:00:00.010Z"),
        // Date(-1L) and the first day of the year 1815.
        (UNIX_EPOCH - Duration::from_millis(1), "1969-12-31T23:59:59.999Z"),
        (UNIX_EPOCH - Duration::from_secs(4_891_363_200), "1815-01-01T00:00:00.000Z"),
    ];
    for (time, iso) in dates {
        assert_eq!(stored!(date_iso, time).unwrap(), text(iso));
        assert_eq!(stored!(date_iso, Some(time + Duration::from_micros(999))).unwrap(), text(iso));
        assert_eq!(read!(date_iso as SystemTime, text(iso)).unwrap(), time);
        assert_eq!(read!(date_iso as Option<SystemTime>, text(iso)).unwrap(), Some(time));
    }
    assert_eq!(read!(date_iso as SystemTime, text("1970-01-01T01:00:00+01:00")).unwrap(), UNIX_EPOCH);
    assert_eq!(stored!(date_iso, None::<SystemTime>).unwrap(), None);
    assert_eq!(read!(date_iso as Option<SystemTime>, None).unwrap(), None);
}

#[test]
fn invalid_dates_are_rejected() {
    for rejected in [text(""), text("yesterday"), text("2000-02-30T00:00:00.000Z"), number("0"), None] {
        assert_eq!(read!(date_iso as SystemTime, rejected).unwrap_err().kind(), ErrorKind::Schema);
    }
    let far = UNIX_EPOCH.checked_add(Duration::from_secs(1 << 60)).unwrap();
    assert_eq!(stored!(date_iso, far).unwrap_err().kind(), ErrorKind::Codec);
}

#[test]
fn json_is_text() {
    assert_eq!(stored!(json, vec![1, 2]).unwrap(), text("[1,2]"));
    assert_eq!(stored!(json, None::<u8>).unwrap(), None);
    assert_eq!(read!(json as Vec<u8>, text(" [1, 2] ")).unwrap(), vec![1, 2]);
    assert_eq!(read!(json as Option<u8>, text("null")).unwrap(), None);
    assert_eq!(read!(json as Option<u8>, None).unwrap(), None);
    for rejected in [text("[1,"), text("{\"sentinel\":1}"), number("1"), None] {
        let error = read!(json as Vec<u8>, rejected).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        assert!(!format!("{error} {error:?}").contains("sentinel"));
    }
    let keys_of_lists = std::collections::HashMap::from([(vec![1], 1)]);
    assert_eq!(stored!(json, keys_of_lists).unwrap_err().kind(), ErrorKind::Codec);
}
