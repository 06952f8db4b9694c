//! The information that an attacker extracts from a table, simulated with a fixed seed.

use super::frequencies::Frequencies;

/// The seed of every plan, so that plans are deterministic.
pub(super) const SEED: u64 = 20_261_129;

/// Items by value, spread over partitions.
pub(super) struct Spread {
    partitions: u8,
    /// For each value, the most frequent one first, its hash and its items in each partition.
    values: Vec<Vec<Cell>>,
    seed: u64,
}

/// The items of one value in one partition, which have one hash.
#[derive(Clone, Copy)]
struct Cell {
    hash: u64,
    items: u64,
}

/// The items of one truncated hash.
#[derive(Clone, Copy)]
struct Group {
    hash: u64,
    items: u64,
}

impl Spread {
    #[inline]
    pub(super) fn new(frequencies: &Frequencies, partitions: u8, seed: u64) -> Self {
        let mut random = Random(seed);
        let values = frequencies.counts().iter().map(|count| {
            let mut cells: Vec<Cell> = (0..partitions).map(|_| Cell { hash: random.next(), items: 0 }).collect();
            if let [only] = cells.as_mut_slice() {
                only.items = *count;
                return cells;
            }
            for _ in 0..*count {
                let partition = (random.next() % u64::from(partitions)) as usize;
                if let Some(cell) = cells.get_mut(partition) {
                    cell.items += 1;
                }
            }
            cells
        });
        Self { partitions, values: values.collect(), seed }
    }

    /// Returns the share of the items that frequency ranking labels correctly, for the better of two attackers: one
    /// assigns each hash to another value, and one assigns as many hashes to each value as there are partitions.
    #[inline]
    pub(super) fn ranked(&self, bits: u8) -> f64 {
        let groups = self.groups(bits);
        let items: u64 = groups.iter().map(|group| group.items).sum();
        let right = |hashes_of_a_value: usize| -> u64 {
            let labels = self.values.iter().flat_map(|value| std::iter::repeat_n(value, hashes_of_a_value));
            groups.iter().zip(labels).map(|(group, value)| items_in(value, group.hash, bits)).sum()
        };
        right(1).max(right(usize::from(self.partitions))) as f64 / items.max(1) as f64
    }

    /// Returns the groups, the most frequent one first; equally frequent ones are in random order.
    #[inline]
    fn groups(&self, bits: u8) -> Vec<Group> {
        let cells = self.values.iter().flatten().filter(|cell| cell.items > 0);
        let mut groups: Vec<Group> =
            cells.map(|cell| Group { hash: cut(cell.hash, bits), items: cell.items }).collect();
        groups.sort_unstable_by_key(|group| group.hash);
        groups.dedup_by(|next, first| {
            let is_same = next.hash == first.hash;
            first.items += if is_same { next.items } else { 0 };
            is_same
        });
        let shuffled = |hash: u64| Random(self.seed ^ hash).next();
        groups.sort_unstable_by_key(|group| (std::cmp::Reverse(group.items), shuffled(group.hash)));
        groups
    }
}

#[inline]
fn items_in(value: &[Cell], hash: u64, bits: u8) -> u64 {
    value.iter().filter(|cell| cut(cell.hash, bits) == hash).map(|cell| cell.items).sum()
}

#[inline]
fn cut(hash: u64, bits: u8) -> u64 {
    hash & (u64::MAX >> (64 - u32::from(bits.clamp(1, 64))))
}

/// SplitMix64: uniform and fast, and not suitable for keys.
struct Random(u64);

impl Random {
    #[inline]
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::formulas;
    use super::*;

    const TRIALS: u64 = 200;

    /// Returns the number of unwanted items that the queries for all values read, by looking up the hash of each query.
    fn measured_unwanted(spread: &Spread, bits: u8) -> f64 {
        let found: HashMap<u64, u64> = spread.groups(bits).iter().map(|group| (group.hash, group.items)).collect();
        let unwanted = spread.values.iter().flat_map(|value| value.iter().map(move |query| (value, query))).map(
            |(value, query)| {
                let hash = cut(query.hash, bits);
                found.get(&hash).copied().unwrap_or_default() - items_in(value, hash, bits)
            },
        );
        unwanted.sum::<u64>() as f64 / spread.values.len() as f64
    }

    /// Returns the pairs of items with equal beacons and equal values, and all pairs with equal beacons.
    fn measured_pairs(spread: &Spread, bits: u8) -> (f64, f64) {
        let square = |items: u64| (items as f64).powi(2);
        let same = spread.values.iter().flatten().map(|cell| square(cell.items)).sum();
        let all = spread.groups(bits).iter().map(|group| square(group.items)).sum();
        (same, all)
    }

    #[test]
    fn the_formulas_agree_with_a_simulation_within_five_percent() {
        for (exponent, partitions, bits) in
            [(0.0, 1, 6), (0.0, 5, 6), (0.5, 1, 8), (0.5, 5, 8), (1.0, 1, 10), (1.0, 5, 10)]
        {
            let frequencies = Frequencies::zipf(20_000, 200, exponent);
            let (mut unwanted, mut same, mut all) = (0.0, 0.0, 0.0);
            for trial in 0..TRIALS {
                let spread = Spread::new(&frequencies, partitions, SEED + trial);
                unwanted += measured_unwanted(&spread, bits) / TRIALS as f64;
                let (same_pairs, all_pairs) = measured_pairs(&spread, bits);
                same += same_pairs;
                all += all_pairs;
            }
            let counts = frequencies.counts();
            let expected = counts.iter().map(|n| formulas::unwanted(frequencies.items(), *n, partitions, bits));
            let expected = expected.sum::<f64>() / counts.len() as f64;
            let case = format!("exponent {exponent}, {partitions} partitions, {bits} bits, seed {SEED}");
            assert!((unwanted / expected - 1.0).abs() < 0.05, "{case}: {unwanted} unwanted, not {expected}");
            let (measured, expected) = (same / all, formulas::same_value(&frequencies, partitions, bits));
            assert!((measured / expected - 1.0).abs() < 0.05, "{case}: same value {measured}, not {expected}");
        }
    }

    #[test]
    fn ranking_labels_values_with_distinct_frequencies() {
        let distinct = Frequencies::count([vec!["a"; 50], vec!["b"; 30], vec!["c"; 20]].into_iter().flatten());
        assert_eq!(Spread::new(&distinct, 1, SEED).ranked(63), 1.0, "three frequencies are three names");
        // The attacker knows the number of partitions.
        let many = Frequencies::count([vec!["a"; 5000], vec!["b"; 300]].into_iter().flatten());
        assert_eq!(Spread::new(&many, 5, SEED).ranked(63), 1.0);
        let uniform = Frequencies::count(0..10_000);
        assert!(Spread::new(&uniform, 1, SEED).ranked(63) < 0.01, "equal frequencies tell nothing");
        let names = Frequencies::zipf(100_000, 10_000, 1.0);
        let shares: Vec<f64> = [4, 8, 16, 24].map(|bits| Spread::new(&names, 1, SEED).ranked(bits)).to_vec();
        assert!(shares.is_sorted(), "a longer beacon reveals more: {shares:?}");
    }
}
