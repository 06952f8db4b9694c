//! Types of the crate `time`, in the form of their serde implementations with its feature `serde-human-readable`, which
//! need not be enabled.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset};

use super::text_key;

text_key! {
    Date: |date| date_text(*date), date;
    Time: |time| Some(time_text(*time)), time;
    PrimitiveDateTime: |moment| date_time_text(*moment), date_time;
    UtcDateTime: |moment| date_time_text(PrimitiveDateTime::new(moment.date(), moment.time())),
        |text| Some(date_time(text)?.as_utc());
    // In UTC, because equal times are one key.
    OffsetDateTime: |moment| {
        let moment = moment.checked_to_offset(UtcOffset::UTC)?;
        Some(format!("{} +00:00:00", date_time_text(PrimitiveDateTime::new(moment.date(), moment.time()))?))
    }, |text| Some(date_time(text.strip_suffix(" +00:00:00")?)?.assume_utc());
}

fn date_text(date: Date) -> Option<String> {
    let (year, month, day) = date.to_calendar_date();
    (0..=9999).contains(&year).then(|| format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

/// The fraction has as many digits as necessary, at least one.
fn time_text(time: Time) -> String {
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    let fraction = format!("{nanosecond:09}");
    let fraction = match fraction.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    format!("{hour:02}:{minute:02}:{second:02}.{fraction}")
}

fn date_time_text(moment: PrimitiveDateTime) -> Option<String> {
    Some(format!("{} {}", date_text(moment.date())?, time_text(moment.time())))
}

fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn time(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.')?;
    let mut parts = whole.splitn(3, ':').map(|part| part.parse::<u8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let nanosecond = format!("{fraction:0<9}").parse().ok()?;
    Time::from_hms_nano(hour, minute, second, nanosecond).ok()
}

fn date_time(text: &str) -> Option<PrimitiveDateTime> {
    let (date_text, time_text) = text.split_once(' ')?;
    Some(PrimitiveDateTime::new(date(date_text)?, time(time_text)?))
}
