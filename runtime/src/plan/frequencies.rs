//! The frequencies of values.

use std::collections::HashMap;
use std::hash::Hash;

/// The number of items of each value, the most frequent one first.
#[derive(Clone, Debug)]
pub(super) struct Frequencies(Vec<u64>);

impl Frequencies {
    #[inline]
    pub(super) fn count<V: Hash + Eq>(values: impl IntoIterator<Item = V>) -> Self {
        let mut counts: HashMap<V, u64> = HashMap::new();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
        Self::sorted(counts.into_values().collect())
    }

    #[inline]
    pub(super) fn zipf(items: u64, distinct: usize, exponent: f64) -> Self {
        let weight = |rank: usize| (rank as f64).powf(-exponent);
        let total: f64 = (1..=distinct).map(weight).sum();
        let count = |rank| ((items as f64 * weight(rank) / total).round() as u64).max(1);
        Self::sorted((1..=distinct).map(count).collect())
    }

    /// Returns the same distribution for this many items. Every value still occurs.
    #[inline]
    pub(super) fn scaled(&self, items: u64) -> Self {
        let factor = items as f64 / self.items().max(1) as f64;
        Self::sorted(self.0.iter().map(|count| ((*count as f64 * factor).round() as u64).max(1)).collect())
    }

    #[inline]
    fn sorted(mut counts: Vec<u64>) -> Self {
        counts.sort_unstable_by(|one, other| other.cmp(one));
        Self(counts)
    }

    #[inline]
    pub(super) fn counts(&self) -> &[u64] {
        &self.0
    }

    #[inline]
    pub(super) fn distinct(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn items(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns the count of the most frequent value.
    #[inline]
    pub(super) fn most(&self) -> u64 {
        self.0.first().copied().unwrap_or_default()
    }

    /// Returns the count of the least frequent value.
    #[inline]
    pub(super) fn least(&self) -> u64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// Returns the sum of the squares of the values' shares: the probability that two items have the same value.
    #[inline]
    pub(super) fn repetition(&self) -> f64 {
        let items = self.items() as f64;
        self.0.iter().map(|count| (*count as f64 / items).powi(2)).sum()
    }
}
