use std::borrow::Cow;
use std::fmt::Debug;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::ErrorKind;
use crate::item::AttributeValue;
use crate::item::key::KeyAttribute;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

#[track_caller]
fn is_stored_as<T: KeyAttribute + PartialEq + Debug>(value: T, stored: AttributeValue) {
    assert_eq!(value.encode().unwrap(), stored);
    assert_eq!(T::decode(stored).unwrap(), value);
}

#[track_caller]
fn is_rejected<T: KeyAttribute + Debug>(stored: AttributeValue) {
    assert_eq!(T::decode(stored).unwrap_err().kind(), ErrorKind::Schema);
}

#[test]
fn standard_library_types_can_be_keys() {
    is_stored_as('é', text("é"));
    is_rejected::<char>(text("ab"));
    is_stored_as(IpAddr::from([10, 0, 0, 1]), text("10.0.0.1"));
    is_stored_as("::1".parse::<IpAddr>().unwrap(), text("::1"));
    is_stored_as(Box::<str>::from("a"), text("a"));
    is_stored_as(Arc::<str>::from("a"), text("a"));
    is_stored_as(Cow::Borrowed("a"), text("a"));
    assert_eq!(Box::<str>::from("").encode().unwrap_err().kind(), ErrorKind::Codec);
    is_stored_as([1_u8, 2], AttributeValue::B(Blob::new([1, 2])));
    is_rejected::<[u8; 3]>(AttributeValue::B(Blob::new([1, 2])));
    assert_eq!([0_u8; 0].encode().unwrap_err().kind(), ErrorKind::Codec);
    is_stored_as(NonZero::<i8>::MIN, number("-128"));
    is_rejected::<NonZero<u8>>(number("0"));
}

#[test]
fn wide_integers_can_be_keys_up_to_38_digits() {
    let widest = 10_u128.pow(38) - 1;
    is_stored_as(widest, number(&"9".repeat(38)));
    is_stored_as(-1_i128, number("-1"));
    is_stored_as(3 * 10_u128.pow(38), number(&format!("3{}", "0".repeat(38))));
    assert_eq!(u128::MAX.encode().unwrap_err().kind(), ErrorKind::Codec);
    assert_eq!(i128::MIN.encode().unwrap_err().kind(), ErrorKind::Codec);
}

/// The key would be written back as another item.
#[test]
fn a_noncanonical_key_is_rejected() {
    is_rejected::<IpAddr>(text("0:0:0:0:0:0:0:1"));
    #[cfg(feature = "uuid")]
    is_rejected::<uuid::Uuid>(text("67E55044-10B1-426F-9247-BB680E5FE0C8"));
    #[cfg(feature = "ulid")]
    is_rejected::<ulid::Ulid>(text("01arz3ndektsv4rrffq69g5fav"));
    #[cfg(feature = "chrono")]
    is_rejected::<chrono::DateTime<chrono::Utc>>(text("2026-05-01T00:00:00+00:00"));
    #[cfg(feature = "time")]
    is_rejected::<time::Date>(text("2026-5-1"));
}

#[cfg(any(feature = "chrono", feature = "time"))]
#[test]
fn dates_need_a_four_digit_year_to_be_keys() {
    #[cfg(feature = "chrono")]
    for year in [-1, 10_000] {
        let date = chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        assert_eq!(date.encode().unwrap_err().kind(), ErrorKind::Codec);
        assert_eq!(date.and_hms_opt(0, 0, 0).unwrap().and_utc().encode().unwrap_err().kind(), ErrorKind::Codec);
    }
    #[cfg(feature = "time")]
    {
        let date = time::Date::from_calendar_date(-1, time::Month::January, 1).unwrap();
        assert_eq!(date.encode().unwrap_err().kind(), ErrorKind::Codec);
    }
}

/// Returns the output of the type's own serde implementation.
#[cfg(any(feature = "chrono", feature = "ulid"))]
fn serde_form(value: &impl serde::Serialize) -> AttributeValue {
    text(serde_json::to_value(value).unwrap().as_str().unwrap())
}

#[cfg(feature = "ulid")]
#[test]
fn a_ulid_is_stored_as_serde_stores_it() {
    for id in [ulid::Ulid(0), ulid::Ulid(u128::MAX), ulid::Ulid(0x0123_4567_89ab_cdef)] {
        is_stored_as(id, serde_form(&id));
    }
}

#[cfg(feature = "chrono")]
#[test]
fn dates_of_chrono_are_stored_as_serde_stores_them() {
    use chrono::{DateTime, Utc};

    for nanoseconds in [0, 5, 500, 999_999, 1_000_000, 500_000_000, 999_999_999, 1_500_000_000] {
        // Only the last second of a minute can be a leap second.
        for second in [-62_167_219_200 + 59, 59, 1_234_567_859, 253_402_300_799] {
            let Some(time) = DateTime::<Utc>::from_timestamp(second, nanoseconds) else { continue };
            is_stored_as(time, serde_form(&time));
            is_stored_as(time.naive_utc(), serde_form(&time.naive_utc()));
            is_stored_as(time.date_naive(), serde_form(&time.date_naive()));
            is_stored_as(time.time(), serde_form(&time.time()));
        }
    }
}

#[cfg(feature = "time")]
#[test]
fn dates_of_time_are_stored_as_text_in_utc() {
    use time::{OffsetDateTime, UtcOffset};

    let moment = OffsetDateTime::from_unix_timestamp_nanos(1_577_836_800_120_000_000).unwrap();
    is_stored_as(moment, text("2020-01-01 00:00:00.12 +00:00:00"));
    is_stored_as(moment.date(), text("2020-01-01"));
    is_stored_as(moment.time(), text("00:00:00.12"));
    let elsewhere = moment.to_offset(UtcOffset::from_hms(-1, 0, 0).unwrap());
    is_stored_as(elsewhere, text("2020-01-01 00:00:00.12 +00:00:00"));
    is_stored_as(OffsetDateTime::UNIX_EPOCH, text("1970-01-01 00:00:00.0 +00:00:00"));
    let plain = time::PrimitiveDateTime::new(moment.date(), moment.time());
    is_stored_as(plain, text("2020-01-01 00:00:00.12"));
    is_stored_as(plain.as_utc(), text("2020-01-01 00:00:00.12"));
    is_rejected::<time::Time>(text("1:00:00.0"));
    is_rejected::<time::Time>(text("01:00:00.1234567890"));
}
