//! Extensions: the terms of a text, each of which has a hash, and the buckets of numbers.

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use crate::error::{Error, ErrorKind, Result};
use crate::item::number::text as number;
use crate::schema::beacon::Terms;

/// The most hashes of one text, and of one question.
const MAX_TERMS: usize = 25;

/// The longest text, in characters, of which n-grams are made.
const MAX_CHARACTERS: usize = 60;

/// The most buckets that a range can span.
const MAX_BUCKETS: u128 = 100;

/// Returns the terms of a stored text, each once.
///
/// # Errors
/// `Codec` for more words, or a longer text, than is allowed.
pub(super) fn of_text(terms: Terms, text: &str) -> Result<BTreeSet<String>> {
    match terms {
        Terms::Prefixes { shortest, longest } => {
            Ok((shortest..=longest).filter_map(|count| first(text, count)).collect())
        }
        Terms::Words => {
            let words: BTreeSet<String> = words(text).map(str::to_owned).collect();
            match words.len() {
                ..=MAX_TERMS => Ok(words),
                count => Err(too_many(format!(
                    "the text has {count} different words, and at most {MAX_TERMS} have a beacon"
                ))),
            }
        }
        Terms::Ngrams(length) => match text.chars().count() {
            ..=MAX_CHARACTERS => Ok(ngrams(text, length).collect()),
            count => Err(too_many(format!(
                "the text has {count} characters, and n-grams are made of at most {MAX_CHARACTERS}"
            ))),
        },
    }
}

/// Returns the terms that every text has for which the question holds.
///
/// # Errors
/// `Usage` for a question that is shorter than every term, or has too many of them.
pub(super) fn of_question(terms: Terms, text: &str) -> Result<Vec<String>> {
    match terms {
        Terms::Prefixes { shortest, longest } => {
            let count = u8::try_from(text.chars().count()).unwrap_or(u8::MAX).min(longest);
            match first(text, count).filter(|_| count >= shortest) {
                Some(prefix) => Ok(vec![prefix]),
                None => Err(unanswerable(format!(
                    "the beacon is made of the first {shortest} to {longest} characters, and the text that is searched for has {count}"
                ))),
            }
        }
        Terms::Words => {
            let mut found = words(text);
            match (found.next(), found.next()) {
                (Some(word), None) if word == text => Ok(vec![word.to_owned()]),
                _ => Err(unanswerable("the beacon is made of single words; ask for each with a condition of its own")),
            }
        }
        Terms::Ngrams(length) => {
            let terms: BTreeSet<String> = ngrams(text, length).collect();
            match terms.len() {
                0 => Err(unanswerable(format!(
                    "the beacon is made of pieces of {length} characters; the text is shorter"
                ))),
                // Fewer conditions find more items, which are compared once they are decrypted.
                _ => Ok(terms.into_iter().take(MAX_TERMS).collect()),
            }
        }
    }
}

/// Returns the words of a text: its longest sequences of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Returns the number of the bucket of this width that a number is in, which is the floor of their quotient.
///
/// # Errors
/// `Codec` for a number with more than 38 digits before the point.
pub(super) fn bucket(width: NonZeroU64, text: &str) -> Result<i128> {
    let text = number::normalize_checked(text)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole: i128 = whole.parse().map_err(|_| {
        Error::new(ErrorKind::Codec, "a number with more than 38 digits before the point has no bucket")
    })?;
    let is_below = text.starts_with('-') && !fraction.is_empty();
    let floor = if is_below { whole.saturating_sub(1) } else { whole };
    Ok(floor.div_euclid(i128::from(width.get())))
}

/// Returns the buckets of a range.
///
/// # Errors
/// `Usage` for too many of them, or none.
pub(super) fn buckets(width: NonZeroU64, low: &str, high: &str) -> Result<Vec<i128>> {
    let (low, high) = (bucket(width, low)?, bucket(width, high)?);
    if low > high {
        return Err(unanswerable("the lower bound of the range is above the upper one"));
    }
    match low.abs_diff(high) {
        ..MAX_BUCKETS => Ok((low..=high).collect()),
        _ => Err(unanswerable(format!(
            "the range spans more than {MAX_BUCKETS} buckets of {width}; ask for a shorter one"
        ))),
    }
}

/// Returns the first characters; `None` if there are fewer.
fn first(text: &str, count: u8) -> Option<String> {
    let prefix: String = text.chars().take(count.into()).collect();
    (prefix.chars().count() == usize::from(count)).then_some(prefix)
}

fn ngrams(text: &str, length: u8) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> =
        characters.windows(usize::from(length).max(1)).map(|piece| piece.iter().collect()).collect();
    pieces.into_iter()
}

fn too_many(message: String) -> Error {
    Error::new(ErrorKind::Codec, message)
}

fn unanswerable(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_floors_of_exact_numbers() {
        let width = NonZeroU64::new(10).unwrap();
        for (number, expected) in [
            ("0", 0),
            ("9.999", 0),
            ("10", 1),
            ("1E1", 1),
            ("-0.5", -1),
            ("-10", -1),
            ("-10.1", -2),
            ("99999999999999999999999999999999999999", 9_999_999_999_999_999_999_999_999_999_999_999_999),
        ] {
            assert_eq!(bucket(width, number).unwrap(), expected, "{number}");
        }
        assert_eq!(bucket(width, "1E40").unwrap_err().kind(), ErrorKind::Codec);
        assert_eq!(buckets(width, "-1", "21").unwrap(), [-1, 0, 1, 2]);
        assert_eq!(buckets(width, "0", "999").unwrap().len(), 100);
        for (low, high) in [("0", "1000"), ("5", "-5")] {
            assert_eq!(buckets(width, low, high).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn a_question_has_no_term_that_a_matching_text_lacks() {
        let text = "Ångström 🦀🦀 rust-lang 2026";
        let all = |terms| of_text(terms, text).unwrap();
        let prefixes = Terms::Prefixes { shortest: 2, longest: 4 };
        assert_eq!(all(prefixes).into_iter().collect::<Vec<_>>(), ["Ån", "Ång", "Ångs"]);
        for count in 2..=text.chars().count() {
            let prefix: String = text.chars().take(count).collect();
            assert!(of_question(prefixes, &prefix).unwrap().iter().all(|term| all(prefixes).contains(term)));
        }
        assert_eq!(all(Terms::Words).len(), 4);
        let trigrams = all(Terms::Ngrams(3));
        let characters: Vec<char> = text.chars().collect();
        for low in 0..characters.len() {
            for high in low + 3..=characters.len() {
                let piece: String = characters[low..high].iter().collect();
                let asked = of_question(Terms::Ngrams(3), &piece).unwrap();
                assert!(asked.len() <= MAX_TERMS && asked.iter().all(|term| trigrams.contains(term)), "{piece}");
            }
        }
        for (terms, question) in
            [(prefixes, "Å"), (Terms::Words, "rust-lang"), (Terms::Words, ""), (Terms::Ngrams(3), "🦀🦀")]
        {
            assert_eq!(of_question(terms, question).unwrap_err().kind(), ErrorKind::Usage, "{question}");
        }
    }

    #[test]
    fn long_texts_are_rejected_and_short_ones_have_no_terms() {
        let words: Vec<String> = (0..26).map(|word| word.to_string()).collect();
        assert_eq!(of_text(Terms::Words, &words.join(" ")).unwrap_err().kind(), ErrorKind::Codec);
        assert_eq!(of_text(Terms::Words, &words[1..].join(" ")).unwrap().len(), 25);
        assert_eq!(of_text(Terms::Ngrams(3), &"é".repeat(61)).unwrap_err().kind(), ErrorKind::Codec);
        assert_eq!(of_text(Terms::Ngrams(3), &"é".repeat(60)).unwrap().len(), 1);
        for terms in [Terms::Words, Terms::Ngrams(3), Terms::Prefixes { shortest: 1, longest: 2 }] {
            assert!(of_text(terms, "").unwrap().is_empty());
        }
    }
}
