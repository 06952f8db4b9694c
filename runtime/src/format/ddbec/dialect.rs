//! Where the Java and the Python client disagree on the bytes of a value.

use std::cmp::Ordering;

use crate::item::AttributeValue;

use super::number;

/// The first byte of U+E000, which in UTF-16 sorts after the surrogates of all characters beyond U+FFFF.
const FIRST_PRIVATE_USE: u8 = 0xEE;

/// The first byte of U+10000.
const FIRST_SUPPLEMENTARY: u8 = 0xF0;

/// Whose order and numbers a serialized value has.
///
/// Observed by running version 2.0.3 of the Java client and version 3.3.0 of the Python client. It matters for values that
/// are signed in plain: of an encrypted value, the ciphertext is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Text in UTF-16 code-unit order, binaries in the order of signed bytes, exact numbers. What is written.
    Java,
    /// Text in code-point order, binaries in the order of unsigned bytes, exact numbers.
    PythonOrder,
    /// As `PythonOrder`, and numbers rounded to 28 digits, with a negative zero. Two different numbers can have the same
    /// signature, so this is read on request only.
    PythonNumbers,
}

impl Dialect {
    /// The order of attribute names, map keys and the members of string sets.
    pub(crate) fn compare_text(self, a: &str, b: &str) -> Ordering {
        match self {
            Self::Java => compare_utf16(a, b),
            Self::PythonOrder | Self::PythonNumbers => a.cmp(b),
        }
    }

    /// The order of the members of binary sets.
    pub(crate) fn compare_binary(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Self::Java => a.iter().map(|byte| *byte as i8).cmp(b.iter().map(|byte| *byte as i8)),
            Self::PythonOrder | Self::PythonNumbers => a.cmp(b),
        }
    }
}

/// True if the Java and the Python client would sign different bytes for this value.
pub(crate) fn diverges(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::N(text) => number::python_differs(text),
        AttributeValue::Ns(members) => members.iter().any(|text| number::python_differs(text)),
        AttributeValue::Ss(members) => order_diverges(members, |dialect, a, b| dialect.compare_text(a, b)),
        AttributeValue::Bs(members) => {
            order_diverges(members, |dialect, a, b| dialect.compare_binary(a.as_ref(), b.as_ref()))
        }
        AttributeValue::L(elements) => elements.iter().any(diverges),
        AttributeValue::M(entries) => {
            let keys: Vec<&str> = entries.keys().map(String::as_str).collect();
            names_diverge(&keys) || entries.values().any(diverges)
        }
        _ => false,
    }
}

/// True if the two clients would sort these names differently.
pub(crate) fn names_diverge(names: &[&str]) -> bool {
    order_diverges(names, |dialect, a, b| dialect.compare_text(a, b))
}

/// True for text that the two clients sort differently than some other text, and of which there is one in every collection
/// that they do: text with a character beyond U+FFFF.
pub(crate) fn may_diverge(text: &str) -> bool {
    text.bytes().any(|byte| byte >= FIRST_SUPPLEMENTARY)
}

fn order_diverges<T>(members: &[T], compare: impl Fn(Dialect, &T, &T) -> Ordering) -> bool {
    let mut java: Vec<&T> = members.iter().collect();
    java.sort_by(|a, b| compare(Dialect::Java, a, b));
    !java.is_sorted_by(|a, b| compare(Dialect::PythonOrder, a, b).is_le())
}

/// The order of UTF-16 code units, read off UTF-8: it differs from the order of code points only where a supplementary
/// character (surrogates, from U+D800) meets one between U+E000 and U+FFFF.
fn compare_utf16(a: &str, b: &str) -> Ordering {
    match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        Some((a, b)) if a >= FIRST_PRIVATE_USE && b >= FIRST_PRIVATE_USE => {
            (a < FIRST_SUPPLEMENTARY).cmp(&(b < FIRST_SUPPLEMENTARY)).then(a.cmp(&b))
        }
        Some((a, b)) => a.cmp(&b),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn utf16_order_is_that_of_the_code_units(a in "[a\u{e9}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}",
                                                 b in "[a\u{e9}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}") {
            prop_assert_eq!(compare_utf16(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }
    }

    #[test]
    fn supplementary_characters_and_high_bytes_are_where_the_clients_part() {
        let strings = |members: &[&str]| AttributeValue::Ss(members.iter().map(|text| (*text).to_owned()).collect());
        assert!(diverges(&strings(&["\u{1f600}", "\u{ff5e}"])));
        assert!(!diverges(&strings(&["\u{1f600}", "z"])));

        let binaries = |members: &[&[u8]]| AttributeValue::Bs(members.iter().map(|bytes| (*bytes).into()).collect());
        assert!(diverges(&AttributeValue::L(vec![binaries(&[&[1], &[0x80]])])));
        assert!(!diverges(&binaries(&[&[1], &[2]])));

        assert!(diverges(&AttributeValue::N("12345678901234567890123456789".to_owned())));
        assert!(!diverges(&AttributeValue::N("1234567890123456789012345678".to_owned())));
    }
}
