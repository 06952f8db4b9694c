//! Exact numbers where serde buffers a value before its type is known: `flatten`, and untagged and internally tagged
//! enums.
//!
//! A buffer only holds floating-point numbers. While a field is decoded, the digits of rounded numbers are kept beside
//! the buffer, for the [`Number`](super::Number) that is created from it. Decoding does not leave its thread.

use std::cell::RefCell;
use std::collections::HashMap;

use super::text::compare;
use crate::crypto::wipe::wipe;

thread_local! {
    /// `None` while no field is decoded.
    static FRACTIONS: RefCell<Option<Fractions>> = const { RefCell::new(None) };
}

/// The numbers that were rounded to these floating-point numbers, by the bits of the result.
type Fractions = HashMap<u64, Remembered>;

struct Remembered {
    digits: Digits,
    /// Whether it was requested. Later numbers belong to another buffer.
    is_used: bool,
}

enum Digits {
    /// The digits of the shortest text that is read as the floating-point number.
    Shortest,
    Other(String),
    /// Two different numbers were rounded to the same floating-point number.
    Ambiguous,
}

/// Remembers floating-point numbers during its lifetime.
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

/// Returns whether the shortest text that is read as `float` is the number in `text`.
pub(crate) fn is_exact(float: f64, text: &str) -> bool {
    compare(&shortest(float), text).is_some_and(std::cmp::Ordering::is_eq)
}

/// Remembers a floating-point number that is exactly the number.
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

/// Remembers a floating-point number near the number in `text`, and returns it: the nearest one, unless it already
/// stands for another number in the same buffer.
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

/// Returns the number that was rounded to this floating-point number, if it is known.
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

/// Formats with an exponent: without one, the text could have more than three hundred digits.
fn shortest(float: f64) -> String {
    format!("{float:e}")
}
