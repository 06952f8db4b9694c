//! Exact numbers where serde buffers a value before it knows the type: `flatten`, and enums that are untagged or tagged inside.
//!
//! A buffer has binary fractions only. While a field is decoded, the digits of those that were rounded are kept beside the
//! buffer, for the [`Number`](super::Number) that is made of them afterwards. Decoding does not leave its thread.

use std::cell::RefCell;
use std::collections::HashMap;

use super::text::compare;
use crate::crypto::wipe::wipe;

thread_local! {
    /// `None` while nothing is decoded.
    static FRACTIONS: RefCell<Option<Fractions>> = const { RefCell::new(None) };
}

/// What the numbers were that became these binary fractions, by the bits of the fraction.
type Fractions = HashMap<u64, Remembered>;

struct Remembered {
    digits: Digits,
    /// Whether it was asked for. What is remembered afterwards is of another buffer.
    is_used: bool,
}

enum Digits {
    /// Those of the shortest text that is read as the fraction.
    Shortest,
    Other(String),
    /// Two different numbers became the fraction.
    Ambiguous,
}

/// While this lives, fractions are remembered.
pub(crate) struct Decoding(Option<Fractions>);

impl Decoding {
    pub(crate) fn begin() -> Self {
        Self(FRACTIONS.replace(Some(Fractions::new())))
    }
}

impl Drop for Decoding {
    fn drop(&mut self) {
        let fractions = FRACTIONS.replace(self.0.take());
        fractions.into_iter().flat_map(HashMap::into_values).for_each(Remembered::wipe);
    }
}

/// True if the shortest text that is read as `float` is the number in `text`.
pub(crate) fn is_exact(float: f64, text: &str) -> bool {
    compare(&shortest(float), text).is_some_and(std::cmp::Ordering::is_eq)
}

/// Remembers a fraction that is the number.
pub(crate) fn remember_exact(float: f64) {
    FRACTIONS.with_borrow_mut(|fractions| {
        let Some(fractions) = fractions else { return };
        let digits = match fractions.get(&float.to_bits()) {
            Some(Remembered { digits: Digits::Other(_) | Digits::Ambiguous, is_used: false }) => Digits::Ambiguous,
            _ => Digits::Shortest,
        };
        insert(fractions, float, digits);
    });
}

/// Remembers a fraction that is near to the number in `text`, and returns it: the nearest one, unless that stands for another
/// number of the same buffer already.
pub(crate) fn remember_rounded(nearest: f64, text: String) -> f64 {
    FRACTIONS.with_borrow_mut(|fractions| {
        let Some(fractions) = fractions else { return nearest };
        let is_free = |float: &f64| match fractions.get(&float.to_bits()) {
            None | Some(Remembered { is_used: true, .. }) => true,
            Some(Remembered { digits: Digits::Other(known), .. }) => *known == text,
            Some(_) => false,
        };
        let candidates = std::iter::successors(Some(nearest), |float| Some(float.next_up()));
        let float = candidates.take_while(|float| float.is_finite()).find(is_free).unwrap_or(nearest);
        insert(fractions, float, Digits::Other(text));
        float
    })
}

/// The number that became this fraction, if that is known.
pub(crate) fn digits(float: f64) -> Option<String> {
    FRACTIONS.with_borrow_mut(|fractions| {
        let remembered = fractions.as_mut()?.get_mut(&float.to_bits())?;
        remembered.is_used = true;
        match &remembered.digits {
            Digits::Shortest => Some(shortest(float)),
            Digits::Other(text) => Some(text.clone()),
            Digits::Ambiguous => None,
        }
    })
}

fn insert(fractions: &mut Fractions, float: f64, digits: Digits) {
    let before = fractions.insert(float.to_bits(), Remembered { digits, is_used: false });
    before.into_iter().for_each(Remembered::wipe);
}

impl Remembered {
    fn wipe(self) {
        if let Digits::Other(text) = self.digits {
            wipe(&mut text.into_bytes());
        }
    }
}

/// With an exponent: in full it could have more than three hundred digits.
fn shortest(float: f64) -> String {
    format!("{float:e}")
}
