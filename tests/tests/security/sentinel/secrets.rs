//! Secrets and their encodings.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The number of bytes of a secret that count as a leak.
const BYTES: usize = 12;

#[derive(Default)]
pub(crate) struct Secrets(BTreeSet<(String, String)>);

impl Secrets {
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut all = Self::default();
        secrets.into_iter().for_each(|secret| all.add(secret));
        all
    }

    /// Adds a secret as text, as `Debug` of a string or a binary, in hexadecimal and base64, and as lists of numbers.
    /// The beginning and the end are sufficient.
    pub(crate) fn add(&mut self, secret: &[u8]) {
        assert!(secret.len() >= BYTES, "what is so short is everywhere");
        for part in [&secret[..BYTES], &secret[secret.len() - BYTES..]] {
            let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            let listed =
                |separator: &str, spell: fn(&u8) -> String| part.iter().map(spell).collect::<Vec<_>>().join(separator);
            let spellings = [
                ("text", String::from_utf8_lossy(part).into_owned()),
                ("escaped", part.escape_ascii().to_string()),
                ("hexadecimal", hex.clone()),
                ("upper case hexadecimal", hex.to_uppercase()),
                ("numbers", listed(", ", |byte| byte.to_string())),
                ("JSON numbers", listed(",", |byte| byte.to_string())),
                ("lines of numbers", listed(",\n        ", |byte| byte.to_string())),
                ("hexadecimal numbers", listed(", ", |byte| format!("{byte:#x}"))),
            ];
            self.0.extend(spellings.map(|(spelling, text)| (text, spelling.to_owned())));
        }
        // The base64 form depends on the offset.
        for offset in 0..3 {
            let rest = &secret[offset..];
            let whole = &rest[..rest.len() - rest.len() % 3];
            self.0.insert((STANDARD.encode(&whole[..BYTES - 3]), format!("base64 from byte {offset}")));
        }
    }

    /// Returns the encodings that the text contains, without the secrets themselves.
    pub(crate) fn found_in(&self, text: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(secret, _)| text.contains(secret.as_str()));
        found
            .map(|(secret, spelling)| {
                let place = text.find(secret.as_str()).unwrap();
                let line = text[..place].rfind('\n').map_or(0, |newline| newline + 1);
                let around: String = text[line..place].chars().take(200).collect();
                format!("{spelling}, after {around:?}")
            })
            .collect()
    }
}

/// A test that cannot find anything proves nothing.
#[test]
fn every_encoding_of_a_secret_is_found() {
    let secret = b"a secret of some length";
    let secrets = Secrets::of([&secret[..]]);
    let blob = aws_sdk_dynamodb::primitives::Blob::new(secret);
    for text in [
        format!("x{}x", String::from_utf8_lossy(secret)),
        format!("{blob:?}"),
        format!("{blob:#?}"),
        format!("{:?}", &secret[..]),
        format!("{:02x?}", &secret[..]).replace(", ", ""),
        STANDARD.encode(secret),
        STANDARD.encode([b"1", &secret[..]].concat()),
        STANDARD.encode([b"12", &secret[..]].concat()),
    ] {
        assert!(!secrets.found_in(&text).is_empty(), "{text}");
    }
    assert!(secrets.found_in("nothing of the kind").is_empty());
}
