//! Suggestions for unknown words.

use crate::names;

/// Returns a suggestion for a word: the counterpart of an option in other libraries, or a known word with a similar
/// spelling.
pub(crate) fn instead_of(word: &str, known: &[&str]) -> Option<String> {
    let counterparts = names::SYNONYMS.iter().filter(|(other, _)| *other == word).map(|(_, own)| *own);
    let counterpart = counterparts.filter(|own| is_possible(own, known)).map(str::to_owned).next();
    counterpart.or_else(|| closest(word, known).map(|known| format!("`{known}`")))
}

/// Returns whether the option is available here, or the attribute where fields are.
fn is_possible(counterpart: &str, known: &[&str]) -> bool {
    match counterpart.strip_prefix('`') {
        Some(attribute) if attribute.starts_with('#') => {
            [names::FIELD_OPTIONS, names::CONTAINER_OPTIONS].contains(&known)
        }
        Some(option) => known.iter().any(|known| option.starts_with(known)),
        None => true,
    }
}

/// Returns the known word with the most similar spelling.
pub(crate) fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    let rated = known.iter().map(|known| (distance(&word, &known.to_lowercase()), *known));
    let best = rated.min_by_key(|(distance, _)| *distance)?;
    // Words of one or two letters must not be replaced completely.
    let is_close = best.0 <= limit && best.0 < word.chars().count().max(1);
    is_close.then_some(best.1)
}

/// Returns the number of letters that are inserted, removed, replaced or swapped with the next.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, own) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, theirs) in other.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&above, column) + usize::from(own != theirs);
            let mut least = replaced.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped =
                column > 0 && row > 0 && one.get(row - 1) == Some(theirs) && other.get(column - 1) == Some(own);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelled_options_are_recognized() {
        for (word, meant) in [
            ("renme", Some("rename")),
            ("renamed", Some("rename")),
            ("Rename", Some("rename")),
            ("raname", Some("rename")),
            ("tlt", Some("ttl")),
            ("sikp_if", Some("skip_if")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(closest(word, names::FIELD_OPTIONS), meant, "{word}");
        }
    }

    #[test]
    fn terms_of_other_libraries_are_translated() {
        assert_eq!(instead_of("skip_serializing_if", names::FIELD_OPTIONS).as_deref(), Some("`skip_if = path`"));
        assert_eq!(instead_of("hash_key", names::FIELD_OPTIONS).as_deref(), Some("`#[partition_key]` above the field"));
        assert_eq!(instead_of("hash_key", names::INDEX_OPTIONS).as_deref(), Some("`partition = field`"));
        // Fields have no such option.
        assert_eq!(instead_of("deny_unknown_fields", names::FIELD_OPTIONS), None);
    }
}
