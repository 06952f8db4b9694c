//! Differences between the Java and the Python client in the bytes of a value.

use std::cmp::Ordering;

use crate::item::{AttributeValue, utf16};

use super::python;

/// The order and the numbers of a serialized value.
///
/// Determined by running version 2.0.3 of the Java client and version 3.3.0 of the Python client. It matters for values
/// that are signed but not encrypted: for an encrypted value, the ciphertext is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Text in UTF-16 code-unit order, binaries in the order of signed bytes, exact numbers. This crate writes this
    /// dialect.
    Java,
    /// Text in code-point order, binaries in the order of unsigned bytes, exact numbers.
    PythonOrder,
    /// As `PythonOrder`, with numbers rounded to 28 digits, and a negative zero. Two different numbers can have the
    /// same signature, so this dialect is read only if enabled.
    PythonNumbers,
}

impl Dialect {
    /// Returns the order of attribute names, map keys and the members of string sets.
    pub(crate) fn compare_text(self, a: &str, b: &str) -> Ordering {
        match self {
            Self::Java => utf16::compare(a, b),
            Self::PythonOrder | Self::PythonNumbers => a.cmp(b),
        }
    }

    /// Returns the order of the members of binary sets.
    pub(crate) fn compare_binary(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Self::Java => a.iter().map(|byte| *byte as i8).cmp(b.iter().map(|byte| *byte as i8)),
            Self::PythonOrder | Self::PythonNumbers => a.cmp(b),
        }
    }
}

/// Returns whether the Java and the Python client would sign different bytes for this value.
pub(crate) fn diverges(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::N(text) => python::differs(text),
        AttributeValue::Ns(members) => members.iter().any(|text| python::differs(text)),
        AttributeValue::Ss(members) => order_diverges(members, |dialect, a, b| dialect.compare_text(a, b)),
        AttributeValue::Bs(members) => {
            order_diverges(members, |dialect, a, b| dialect.compare_binary(a.as_ref(), b.as_ref()))
        }
        AttributeValue::L(elements) => elements.iter().any(diverges),
        AttributeValue::M(entries) => {
            let keys: Vec<&str> = entries.keys().map(String::as_str).collect();
            order_diverges(&keys, |dialect, a, b| dialect.compare_text(a, b)) || entries.values().any(diverges)
        }
        _ => false,
    }
}

fn order_diverges<T>(members: &[T], compare: impl Fn(Dialect, &T, &T) -> Ordering) -> bool {
    let mut java: Vec<&T> = members.iter().collect();
    java.sort_by(|a, b| compare(Dialect::Java, a, b));
    !java.is_sorted_by(|a, b| compare(Dialect::PythonOrder, a, b).is_le())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_order_supplementary_characters_and_high_bytes_differently() {
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
