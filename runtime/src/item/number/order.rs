//! Numbers in their numeric order.

use std::cmp::Ordering;

use super::Number;

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (Ordering::Less, Ordering::Less) => other.compare_magnitude(self),
            (Ordering::Greater, Ordering::Greater) => self.compare_magnitude(other),
            (sign, other_sign) => sign.cmp(&other_sign),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    fn sign(&self) -> Ordering {
        match (self.coefficient, self.negative) {
            (0, _) => Ordering::Equal,
            (_, true) => Ordering::Less,
            (_, false) => Ordering::Greater,
        }
    }

    /// Compares nonzero numbers by the place of the first digit, then by the digits.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        self.first_place().cmp(&other.first_place()).then_with(|| self.aligned().cmp(&other.aligned()))
    }

    /// Returns the power of ten of the first digit.
    fn first_place(&self) -> i32 {
        i32::from(self.exponent) + digits(self.coefficient)
    }

    /// Returns the coefficient padded to the maximum number of digits. It fits: 38 nines are less than 2^128.
    fn aligned(&self) -> u128 {
        let missing = u32::try_from(38 - digits(self.coefficient)).unwrap_or_default();
        self.coefficient.saturating_mul(10_u128.saturating_pow(missing))
    }
}

fn digits(coefficient: u128) -> i32 {
    coefficient.checked_ilog10().map_or(0, |log| i32::try_from(log).unwrap_or_default() + 1)
}
