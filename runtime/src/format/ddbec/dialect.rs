//! Differences between the Java and the Python client in the bytes of a value.

use std::cmp::Ordering;

use crate::item::{AttributeValue, sort_entries, utf16};

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

    pub(super) fn sort_text(self, members: &mut [&str]) {
        match self {
            Self::Java => utf16::sort(members),
            Self::PythonOrder | Self::PythonNumbers => members.sort_unstable(),
        }
    }

    pub(super) fn sort_binary(self, members: &mut [&[u8]]) {
        members.sort_unstable_by(|a, b| self.compare_binary(a, b));
    }

    /// Sorts the entries of a map by their keys.
    pub(super) fn sort_entries(self, entries: &mut [(&String, &AttributeValue)]) {
        match self {
            Self::Java => utf16::sort_entries(entries),
            Self::PythonOrder | Self::PythonNumbers => sort_entries(entries),
        }
    }
}

/// Returns whether the Java and the Python client would sign different bytes for this value.
pub(crate) fn diverges(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::N(text) => python::differs(text),
        AttributeValue::Ns(members) => members.iter().any(|text| python::differs(text)),
        AttributeValue::Ss(members) => text_order_diverges(members.iter().map(String::as_str).collect()),
        AttributeValue::Bs(members) => binary_order_diverges(members.iter().map(AsRef::as_ref).collect()),
        AttributeValue::L(elements) => elements.iter().any(diverges),
        AttributeValue::M(entries) => {
            text_order_diverges(entries.keys().map(String::as_str).collect()) || entries.values().any(diverges)
        }
        _ => false,
    }
}

fn text_order_diverges(mut members: Vec<&str>) -> bool {
    Dialect::Java.sort_text(&mut members);
    !members.is_sorted_by(|a, b| Dialect::PythonOrder.compare_text(a, b).is_le())
}

fn binary_order_diverges(mut members: Vec<&[u8]>) -> bool {
    Dialect::Java.sort_binary(&mut members);
    !members.is_sorted_by(|a, b| Dialect::PythonOrder.compare_binary(a, b).is_le())
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
