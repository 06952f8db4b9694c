//! The order of UTF-16 code units, in which Java sorts text, computed from UTF-8.
//!
//! It differs from the order of code points only where a supplementary character (surrogates, from U+D800) meets one between
//! U+E000 and U+FFFF.

use std::cmp::Ordering;

use super::AttributeValue;

/// The first byte of U+E000, which sorts after the surrogates of all characters beyond U+FFFF in UTF-16.
const FIRST_PRIVATE_USE: u8 = 0xEE;

/// The first byte of U+10000.
const FIRST_SUPPLEMENTARY: u8 = 0xF0;

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        Some((a, b)) if a >= FIRST_PRIVATE_USE && b >= FIRST_PRIVATE_USE => {
            (a < FIRST_SUPPLEMENTARY).cmp(&(b < FIRST_SUPPLEMENTARY)).then(a.cmp(&b))
        }
        Some((a, b)) => a.cmp(&b),
        None => a.len().cmp(&b.len()),
    }
}

pub(crate) fn sort(texts: &mut [&str]) {
    texts.sort_unstable_by(|a, b| compare(a, b));
}

/// Sorts the entries of a map by their keys, in this order.
pub(crate) fn sort_entries(entries: &mut [(&String, &AttributeValue)]) {
    entries.sort_unstable_by(|(a, _), (b, _)| compare(a, b));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_ordered_by_code_units(a in "[a\u{e9}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}",
                                             b in "[a\u{e9}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}") {
            prop_assert_eq!(compare(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }
    }
}
