//! Points in time as ISO 8601 text in UTC with milliseconds, as Java's mapper stores a `Date`:
//! `1815-12-10T00:00:00.000Z`.
//!
//! For [`SystemTime`] and `Option<SystemTime>`. Fractions of a millisecond are truncated, because a `Date` has none.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::de::{Deserialize as _, Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};

use super::Nullable;

/// Writes the date.
///
/// # Errors
/// Fails for a year before 0 or after 9999, and with the errors of the serializer.
pub fn serialize<T: Nullable<SystemTime>, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.value() {
        Some(time) => {
            let text = to_text(*time).ok_or_else(|| S::Error::custom("the year of a date has four digits"))?;
            serializer.serialize_str(&text)
        }
        None => serializer.serialize_none(),
    }
}

/// Reads a date, with or without a fraction of a second, in any time zone.
///
/// # Errors
/// Fails for anything else.
pub fn deserialize<'de, T: Nullable<SystemTime>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let time =
        text.map(|text| from_text(&text).ok_or_else(|| D::Error::custom("not a date in ISO 8601"))).transpose()?;
    T::of(time).ok_or_else(|| D::Error::custom("there is no date"))
}

fn to_text(time: SystemTime) -> Option<String> {
    let time = DateTime::from(time);
    let whole = DateTime::from_secs(time.secs()).fmt(Format::DateTime).ok()?;
    let millis = time.subsec_nanos() / 1_000_000;
    Some(format!("{}.{millis:03}Z", whole.strip_suffix('Z')?))
}

fn from_text(text: &str) -> Option<SystemTime> {
    DateTime::from_str(text, Format::DateTimeWithOffset).ok()?.try_into().ok()
}
