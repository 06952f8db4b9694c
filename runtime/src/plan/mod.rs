//! Chooses the length of a beacon by its cost in reads and its leakage.
//!
//! A beacon is a truncated hash. The shorter it is, the more values share one hash: queries read more unwanted items,
//! and a reader of the table learns less. The right length depends on the frequency of each value, so the planner
//! starts from a sample of the values.
//!
//! ```
//! use dynaseal::plan::{self, Recommendation};
//!
//! // 50,000 e-mail addresses, each of which occurs once; the table will hold a million.
//! let sample = (0..50_000).map(|number| format!("user-{number}@example.com"));
//! let plan = plan::from_sample(sample).items(1_000_000).calculate()?;
//! let Recommendation::Beacon(row) = plan.recommendation() else { panic!("{plan}") };
//! assert_eq!((row.partitions, row.bits), (1, 16));
//! assert!(row.unwanted_rare < 20.0 && row.ranked < 0.01);
//!
//! // Four departments hide behind no length: their frequencies tell them apart.
//! let departments = ["core"; 600].into_iter().chain(["legal"; 250]).chain(["sales"; 100]).chain(["board"; 50]);
//! let plan = plan::from_sample(departments).items(1_000_000).calculate()?;
//! assert!(matches!(plan.recommendation(), Recommendation::NoLength(_)));
//! println!("{plan}");
//! # Ok::<(), dynaseal::Error>(())
//! ```
//!
//! # The figures
//!
//! For N items, of which n have the value that is searched for, P partitions and b bits, and S the sum of the squares of the
//! values' shares:
//!
//! | figure | formula |
//! |---|---|
//! | unwanted items of a query | P (N − n) / 2^b |
//! | read units of a query | half a unit for each 4 KB, rounded up, of each of the P queries: an eventually consistent read of an index that holds whole items |
//! | probability that two equal beacons mean equal values | (S / P) / (S / P + (1 − S / P) / 2^b) |
//! | share of records that frequency ranking labels correctly | simulated, with a fixed seed |
//!
//! Frequency ranking is the oldest attack on deterministic hashes: the attacker knows the frequency of each value,
//! sorts the values and the hashes by frequency, and assigns the first hash to the first value, and so on. With
//! partitions the attacker either does the same or assigns the first P hashes to the first value; the planner reports
//! the better of the two. Attackers with more knowledge, such as the distribution of queries or correlations between
//! fields, learn more.

mod formulas;
mod frequencies;
mod report;
mod simulation;

use std::hash::Hash;

use self::frequencies::Frequencies;
use crate::error::{Error, ErrorKind, Result};

/// The maximum number of simulated items.
const MOST_ITEMS: u64 = 20_000_000;

/// The lengths that a plan shows by default.
const SHOWN_BITS: [u8; 11] = [4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32];

/// The input of the planner; created by [`from_sample`] and [`zipf`].
#[derive(Clone, Debug)]
#[must_use = "nothing is calculated until `calculate` is called"]
pub struct Planner {
    frequencies: Frequencies,
    items: Option<u64>,
    partitions: Vec<u8>,
    bits: Vec<u8>,
    unwanted: f64,
    ranked: f64,
    item_size: u32,
}

/// The cost and the leakage of each length, and the recommendation.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    items: u64,
    distinct: usize,
    unwanted: f64,
    ranked: f64,
    rows: Vec<Row>,
    recommendation: Recommendation,
}

/// The cost and the leakage of one length, with one number of partitions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The number of partitions of the items.
    pub partitions: u8,
    /// The length in bits.
    pub bits: u8,
    /// The number of unwanted items that a query for the most frequent value reads.
    pub unwanted_common: f64,
    /// The number of unwanted items that a query for the least frequent value reads.
    pub unwanted_rare: f64,
    /// The read units of a query for the most frequent value, over all of its partitions.
    pub read_units_common: f64,
    /// The read units of a query for the least frequent value, over all of its partitions.
    pub read_units_rare: f64,
    /// The probability that two items with equal beacons have equal values.
    pub same_value: f64,
    /// The share of the items that have the most frequent beacon.
    pub largest_group: f64,
    /// The share of the items whose value an attacker labels correctly by frequency ranking.
    pub ranked: f64,
}

/// Which length to use.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Recommendation {
    /// The shortest beacon within the budget of unwanted items, under which frequency ranking stays below its limit.
    Beacon(Row),
    /// With each number of partitions, the shortest beacon within the budget lets frequency ranking label more than its
    /// limit. This is the best of them. Use more partitions, or make the value a part of a compound beacon.
    NoLength(Row),
}

/// Plans for the value frequencies of this sample. A sample that is smaller than the table lacks rare values, so draw
/// it at random, and as large as possible.
///
/// ```
/// let plan = dynaseal::plan::from_sample(["Ada", "Grace", "Ada", "Edsger"]).items(3_000).calculate()?;
/// assert_eq!(plan.distinct(), 3);
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[inline]
pub fn from_sample<V: Hash + Eq>(values: impl IntoIterator<Item = V>) -> Planner {
    Planner::new(Frequencies::count(values))
}

/// Plans for values that follow Zipf's law: the value of rank k occurs in proportion to 1 / k^`exponent`. Names and
/// words have an exponent of about 1; with 0, all occur equally often.
///
/// ```
/// let names = dynaseal::plan::zipf(100_000, 10_000, 1.0).calculate()?;
/// assert_eq!(names.distinct(), 10_000);
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[inline]
pub fn zipf(items: u64, distinct: usize, exponent: f64) -> Planner {
    Planner::new(Frequencies::zipf(items.min(MOST_ITEMS), distinct, exponent)).items(items)
}

impl Planner {
    #[inline]
    fn new(frequencies: Frequencies) -> Self {
        Self {
            frequencies,
            items: None,
            partitions: vec![1, 5],
            bits: SHOWN_BITS.to_vec(),
            unwanted: 20.0,
            ranked: 0.05,
            item_size: 1024,
        }
    }

    /// Sets the number of items that the table will hold. Without it, the table is as large as the sample.
    #[inline]
    pub fn items(self, items: u64) -> Self {
        Self { items: Some(items), ..self }
    }

    /// Sets the numbers of partitions to compare, 1 to 254 each. The default is 1 and 5.
    #[inline]
    pub fn partitions(self, partitions: impl IntoIterator<Item = u8>) -> Self {
        Self { partitions: partitions.into_iter().collect(), ..self }
    }

    /// Sets the lengths in bits to show, 1 to 63 each. All lengths are considered, even if they are not shown.
    #[inline]
    pub fn bits(self, bits: impl IntoIterator<Item = u8>) -> Self {
        Self { bits: bits.into_iter().collect(), ..self }
    }

    /// Sets the maximum number of unwanted items that a query for the least frequent value may read. The default is 20.
    #[inline]
    pub fn most_unwanted(self, items: f64) -> Self {
        Self { unwanted: items, ..self }
    }

    /// Sets the maximum share of the items that frequency ranking may label correctly, between 0 and 1. The default is
    /// 0.05.
    #[inline]
    pub fn most_ranked(self, share: f64) -> Self {
        Self { ranked: share, ..self }
    }

    /// Sets the size of a stored item in bytes, for the read units. The default is 1,024.
    #[inline]
    pub fn item_size(self, bytes: u32) -> Self {
        Self { item_size: bytes, ..self }
    }

    /// Calculates the plan. Memory and time grow with the number of items, which is at most 20,000,000.
    ///
    /// # Errors
    /// `Usage` for a sample without values, and for numbers outside of their range, which the error states.
    #[inline]
    pub fn calculate(self) -> Result<Plan> {
        self.check()?;
        let frequencies = match self.items {
            Some(items) => self.frequencies.scaled(items),
            None => self.frequencies.clone(),
        };
        let mut rows = Vec::new();
        let mut shortest = Vec::new();
        for partitions in sorted(&self.partitions) {
            let spread = simulation::Spread::new(&frequencies, partitions, simulation::SEED);
            let recommended = formulas::shortest(&frequencies, partitions, self.unwanted);
            for bits in sorted(self.bits.iter().chain([&recommended])) {
                let row = formulas::row(&frequencies, partitions, bits, self.item_size, spread.ranked(bits));
                shortest.extend(Some(row).filter(|_| bits == recommended));
                rows.push(row);
            }
        }
        let recommendation = recommendation(&shortest, self.ranked).ok_or_else(no_partitions)?;
        let (items, distinct) = (frequencies.items(), frequencies.distinct());
        Ok(Plan { items, distinct, unwanted: self.unwanted, ranked: self.ranked, rows, recommendation })
    }

    #[inline]
    fn check(&self) -> Result<()> {
        let usage = |message: &'static str| Err(Error::new(ErrorKind::Usage, message));
        if self.frequencies.distinct() == 0 {
            return usage("there is nothing to plan for without values; give the planner a sample");
        }
        if !(1..=MOST_ITEMS).contains(&self.items.unwrap_or_else(|| self.frequencies.items())) {
            return usage("the planner simulates 1 to 20,000,000 items");
        }
        if self.partitions.iter().any(|partitions| !(1..=254).contains(partitions)) {
            return usage("there are 1 to 254 partitions");
        }
        if self.bits.iter().any(|bits| !(1..=63).contains(bits)) {
            return usage("a beacon has 1 to 63 bits");
        }
        if !(self.unwanted > 0.0 && (0.0..=1.0).contains(&self.ranked)) {
            return usage("the unwanted items are more than 0, and the ranked share is between 0 and 1");
        }
        if self.partitions.is_empty() { Err(no_partitions()) } else { Ok(()) }
    }
}

impl Plan {
    /// Returns the number of items that the table is planned for.
    #[inline]
    pub fn items(&self) -> u64 {
        self.items
    }

    /// Returns the number of distinct values.
    #[inline]
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// Returns one row for each number of partitions and each length, in this order.
    #[inline]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Which length to use.
    #[inline]
    pub fn recommendation(&self) -> Recommendation {
        self.recommendation
    }
}

/// Returns the first row within the limit, or else the one closest to it.
#[inline]
fn recommendation(shortest: &[Row], limit: f64) -> Option<Recommendation> {
    let within = shortest.iter().find(|row| row.ranked <= limit).copied().map(Recommendation::Beacon);
    let least = shortest.iter().min_by(|one, other| one.ranked.total_cmp(&other.ranked));
    within.or_else(|| least.copied().map(Recommendation::NoLength))
}

#[inline]
fn no_partitions() -> Error {
    Error::new(ErrorKind::Usage, "name at least one number of partitions; 1 disables them")
}

#[inline]
fn sorted<'a>(numbers: impl IntoIterator<Item = &'a u8>) -> Vec<u8> {
    let mut numbers: Vec<u8> = numbers.into_iter().copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests;
