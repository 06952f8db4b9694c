//! Types of the crate `chrono`, in the form of their serde implementations.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};

use super::text_key;

text_key! {
    NaiveDate: |date| has_four_digits(date.year()).then(|| date.to_string()), |text| text.parse().ok();
    NaiveTime: |time| Some(time.to_string()), |text| text.parse().ok();
    NaiveDateTime: |time| has_four_digits(time.year()).then(|| format!("{time:?}")), |text| text.parse().ok();
    DateTime<Utc>: |time| {
        has_four_digits(time.year()).then(|| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }, |text| DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
}

fn has_four_digits(year: i32) -> bool {
    (0..=9999).contains(&year)
}
