//! The expected costs of a length, and the expected leakage.

use super::Row;
use super::frequencies::Frequencies;

/// The bytes of half a read unit, the granularity of eventually consistent reads.
const HALF_UNIT: f64 = 4096.0;

#[inline]
pub(super) fn row(frequencies: &Frequencies, partitions: u8, bits: u8, item_size: u32, ranked: f64) -> Row {
    let (common, rare) = (frequencies.most(), frequencies.least());
    let unwanted = |wanted| unwanted(frequencies.items(), wanted, partitions, bits);
    let read_units = |wanted: u64| read_units(wanted as f64 + unwanted(wanted), partitions, item_size);
    Row {
        partitions,
        bits,
        unwanted_common: unwanted(common),
        unwanted_rare: unwanted(rare),
        read_units_common: read_units(common),
        read_units_rare: read_units(rare),
        same_value: same_value(frequencies, partitions, bits),
        largest_group: largest_group(frequencies, partitions, bits),
        ranked,
    }
}

/// Returns the shortest length with which a query for the least frequent value reads at most this many unwanted items.
#[inline]
pub(super) fn shortest(frequencies: &Frequencies, partitions: u8, most: f64) -> u8 {
    let is_enough = |bits: &u8| unwanted(frequencies.items(), frequencies.least(), partitions, *bits) <= most;
    (1..=63).find(is_enough).unwrap_or(63)
}

/// Returns the number of items without the value that the queries for it read: each partition's query matches each of
/// them by chance.
#[inline]
pub(super) fn unwanted(items: u64, wanted: u64, partitions: u8, bits: u8) -> f64 {
    f64::from(partitions) * items.saturating_sub(wanted) as f64 / hashes(bits)
}

/// Returns the probability that two items with equal beacons have equal values.
#[inline]
pub(super) fn same_value(frequencies: &Frequencies, partitions: u8, bits: u8) -> f64 {
    let same = frequencies.repetition() / f64::from(partitions);
    same / (same + (1.0 - same) / hashes(bits))
}

#[inline]
fn largest_group(frequencies: &Frequencies, partitions: u8, bits: u8) -> f64 {
    let share = frequencies.most() as f64 / frequencies.items() as f64 / f64::from(partitions);
    share + (1.0 - share) / hashes(bits)
}

/// Returns the read units: each partition's query reads its part of the items, and consumes at least half a unit.
#[inline]
fn read_units(items: f64, partitions: u8, item_size: u32) -> f64 {
    let bytes = items / f64::from(partitions) * f64::from(item_size);
    f64::from(partitions) * 0.5 * (bytes / HALF_UNIT).ceil().max(1.0)
}

#[inline]
fn hashes(bits: u8) -> f64 {
    f64::from(bits).exp2()
}
