//! Base64 (RFC 4648) as written by other clients.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Returns the bytes, or `None` if the text is not base64. Skips line breaks: some Java encoders write one after every
/// 76 characters, and the Java and the Python client ignore them.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    if let Ok(bytes) = STANDARD.decode(text) {
        return Some(bytes);
    }
    let is_text = |byte: &u8| !byte.is_ascii_whitespace();
    STANDARD.decode(text.bytes().filter(is_text).collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_skipped_everywhere() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = STANDARD.encode(&bytes);
        for line_break in ["\n", "\r\n", " ", "\t"] {
            let lines: String =
                text.as_bytes().chunks(76).flat_map(|line| [std::str::from_utf8(line).unwrap(), line_break]).collect();
            assert_eq!(decode(&lines).as_ref(), Some(&bytes), "{line_break:?}");
            assert_eq!(decode(lines.trim_end()).as_ref(), Some(&bytes), "{line_break:?}");
        }
        assert_eq!(decode("\r\n"), Some(Vec::new()));
    }

    #[test]
    fn invalid_base64_is_rejected() {
        for text in ["A", "AAA", "AA=A", "AAAA=", "A_A=", "A-A=", "AA\u{a0}A", "AAAA!", "AAAA\r\nA"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
