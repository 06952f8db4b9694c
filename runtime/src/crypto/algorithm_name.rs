//! Names of algorithms, compared by their meaning.
//!
//! Java's Cryptography Architecture ignores the case of names and has aliases for some algorithms. Items record the
//! name that a program was configured with.

use std::borrow::Cow;

/// Returns whether both names mean the same algorithm.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || meaning(one) == meaning(other)
}

/// Returns one canonical name for all aliases. Only letters, digits and the separators of a transformation matter.
fn meaning(name: &str) -> String {
    let parts: Vec<String> = name.split('/').map(simple).collect();
    match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // PKCS#1 v1.5 is the default, and RSA has no mode.
        ["rsa"] => "rsa/pkcs1padding".to_owned(),
        ["rsa", "ecb" | "none", padding] => format!("rsa/{}", oaep(padding)),
        // The name since Java 17.
        ["aes", "kw", "nopadding"] => "aeswrap".to_owned(),
        _ => parts.join("/"),
    }
}

/// Resolves `OAEPPadding`, which means OAEP with Java's default hash function.
fn oaep(padding: &str) -> Cow<'_, str> {
    match padding {
        "oaeppadding" | "oaepwithsha1andmgf1padding" | "oaepwithshaandmgf1padding" => {
            "oaepwithsha1andmgf1padding".into()
        }
        other => other.into(),
    }
}

/// `SHA-256withRSA` and `sha256withrsa` are the same algorithm.
fn simple(part: &str) -> String {
    part.chars().filter(|character| *character != '-').map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn names_that_java_considers_equal_are_equal() {
        for (name, others) in [
            ("SHA256withRSA", &["SHA256WithRSA", "sha256withrsa", "SHA-256withRSA"][..]),
            ("SHA384withECDSA", &["sha384withecdsa", "SHA384WITHECDSA"]),
            ("HmacSHA256", &["HMACSHA256", "hmacsha256", "Hmac-SHA256"]),
            ("AESWrap", &["AESWRAP", "aeswrap", "AES/KW/NoPadding"]),
            ("RSA/ECB/PKCS1Padding", &["RSA", "rsa", "RSA/NONE/PKCS1Padding", "rsa/ecb/pkcs1padding"]),
            ("RSA/ECB/OAEPWithSHA-1AndMGF1Padding", &["RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWithSHA1AndMGF1Padding"]),
            (
                "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
                &["RSA/ECB/OAEPWithSHA256AndMGF1Padding", "rsa/none/oaepwithsha-256andmgf1padding"],
            ),
        ] {
            for other in others {
                assert!(same(name, other), "{name} {other}");
            }
        }
    }

    #[test]
    fn other_algorithms_are_not() {
        let names = [
            "",
            "RSA/ECB/NoPadding",
            "RSA/ECB/PKCS1Padding",
            "RSA/ECB/OAEPWithSHA-1AndMGF1Padding",
            "RSA/ECB/OAEPWithSHA-224AndMGF1Padding",
            "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
            "AESWrap",
            "AES",
            "AES/ECB/NoPadding",
            "SHA1withRSA",
            "SHA256withRSA",
            "SHA256withRSAandMGF1",
            "SHA256withECDSA",
            "SHA256withECDSAinP1363Format",
            "HmacSHA256",
            "HmacSHA512",
            "HmacSHA512/256",
            "HmacSHA256 ",
            "NONEwithRSA",
            "RSA/ECB",
            "RSA/CBC/PKCS1Padding",
        ];
        for (position, one) in names.iter().enumerate() {
            for (other_position, other) in names.iter().enumerate() {
                assert_eq!(same(one, other), position == other_position, "{one} {other}");
            }
        }
    }
}
