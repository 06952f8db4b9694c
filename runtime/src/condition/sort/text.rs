//! Neighbors of text among sort keys, which DynamoDB orders by their bytes.

/// The maximum length of a sort key, in bytes: "Sort key values" in the Amazon DynamoDB developer guide, "Service,
/// account, and table quotas".
const LONGEST: usize = 1024;

/// The greatest character, and the greatest characters with fewer bytes.
const GREATEST: [char; 4] = [char::MAX, '\u{ffff}', '\u{7ff}', '\u{7f}'];

/// Returns the greatest sort key that begins with this text.
pub(super) fn last_with(text: &str) -> String {
    let mut last = text.to_owned();
    for character in GREATEST {
        while last.len() + character.len_utf8() <= LONGEST {
            last.push(character);
        }
    }
    last
}

/// Returns the greatest sort key that is less than this text; `None` if there is none.
pub(super) fn before(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let rest = match characters.next_back()? {
        // There is no key between `a` and `a` followed by the least character.
        '\0' => return Some(characters.as_str().to_owned()).filter(|rest| !rest.is_empty()),
        last => characters.as_str().to_owned() + previous(last)?.encode_utf8(&mut [0; 4]),
    };
    Some(last_with(&rest))
}

/// Returns the least sort key that is greater than this text.
pub(super) fn after(text: &str) -> Option<String> {
    if text.len() < LONGEST { Some(text.to_owned() + "\0") } else { after_all_with(text) }
}

/// Returns the least text that is greater than all texts that begin with this one; `None` if there is none.
pub(super) fn after_all_with(text: &str) -> Option<String> {
    let kept = text.trim_end_matches(char::MAX);
    let mut characters = kept.chars();
    let last = next(characters.next_back()?)?;
    Some(characters.as_str().to_owned() + last.encode_utf8(&mut [0; 4]))
}

/// The surrogates between the two ranges of characters are not characters.
fn previous(character: char) -> Option<char> {
    match character {
        '\u{e000}' => Some('\u{d7ff}'),
        _ => u32::from(character).checked_sub(1).and_then(char::from_u32),
    }
}

fn next(character: char) -> Option<char> {
    match character {
        '\u{d7ff}' => Some('\u{e000}'),
        _ => u32::from(character).checked_add(1).and_then(char::from_u32),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neighbors_are_adjacent() {
        assert_eq!(before("b\0").as_deref(), Some("b"));
        assert_eq!(before("\0"), None, "a sort key is not empty");
        assert_eq!(before(""), None);
        assert_eq!(after("b").as_deref(), Some("b\0"));
        assert_eq!(after_all_with("VISIT#").as_deref(), Some("VISIT$"));
        assert_eq!(after_all_with("a\u{10ffff}\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_all_with("\u{10ffff}"), None);
        assert_eq!(after_all_with("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        let longest = "x".repeat(LONGEST);
        assert_eq!(after(&longest).map(|after| after.len()), Some(LONGEST));
        assert_eq!(last_with(&longest), longest);
        for text in ["", "a", "ab", "abc", "abcd"] {
            assert_eq!(last_with(text).len(), LONGEST);
        }
    }

    proptest! {
        #[test]
        fn no_key_lies_between_neighbors(text in "\\PC{1,4}\0?", other in "\\PC{0,5}\0?") {
            prop_assume!(!other.is_empty());
            if let Some(before) = before(&text) {
                prop_assert!(before < text);
                prop_assert_eq!(other <= before, other < text);
            }
            let after = after(&text).unwrap();
            prop_assert_eq!(other >= after, other > text);
            let (last, behind) = (last_with(&text), after_all_with(&text).unwrap());
            prop_assert_eq!(other <= last, other <= text || other.starts_with(&text));
            prop_assert_eq!(other >= behind, other > text && !other.starts_with(&text));
        }
    }
}
