//! A date as text that sorts chronologically.

use std::fmt;
use std::str::FromStr;

use dynaseal::condition::ServerText;
use dynaseal::index::{FixedWidthKey, OrderedKey, OrderedText, PrefixKey};
use serde::{Deserialize, Serialize};

/// A day of the years 0 to 9999, stored as `2026-05-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Returns the day of this year, month and day, if it exists.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_day = year <= 9999 && (1..=12).contains(&month) && (1..=31).contains(&day);
        is_day.then_some(Self { year, month, day })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is not a day.
#[derive(Debug)]
pub struct NoDay;

impl fmt::Display for NoDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day such as 2026-05-01")
    }
}

impl std::error::Error for NoDay {}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let mut numbers = text.splitn(3, '-');
        let mut next =
            |width: usize| numbers.next().filter(|digits| digits.len() == width).and_then(|it| it.parse().ok());
        let day = next(4).zip(next(2)).zip(next(2));
        let day = day.and_then(|((year, month), day)| Self::new(year, month.try_into().ok()?, day.try_into().ok()?));
        day.filter(|day| day.to_string() == text).ok_or(NoDay)
    }
}

impl TryFrom<String> for Day {
    type Error = NoDay;

    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

// Every day has ten characters, which sort chronologically, so ranges of days work at every place of a key.
dynaseal::key_attribute!(Day as String);
impl OrderedKey for Day {}
impl OrderedText for Day {}
impl PrefixKey for Day {}
impl FixedWidthKey for Day {}
impl ServerText for Day {}
