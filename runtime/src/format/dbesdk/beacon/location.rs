//! The location of a value in an item.

use std::fmt;

use crate::item::{AttributeValue, Item};

/// A path into an item: an attribute, followed by keys of maps and positions in lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    attribute: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Position(usize),
}

/// The reason why a string is not a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocationError {
    Empty,
    NoPosition,
    LargePosition,
}

impl Location {
    /// Parses `name.key[0]`. Names and keys with dots and brackets are not supported.
    pub(crate) fn parse(text: &str) -> Result<Self, LocationError> {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (attribute, mut rest) = text.split_at(end);
        if attribute.is_empty() {
            return Err(LocationError::Empty);
        }
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let end = rest.get(1..).and_then(|tail| tail.find(['.', '['])).map_or(rest.len(), |end| end + 1);
            let (step, next) = rest.split_at(end);
            steps.push(Step::parse(step)?);
            rest = next;
        }
        Ok(Self { attribute: attribute.to_owned(), steps })
    }

    /// Returns the name of the attribute that contains the value.
    pub(crate) fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Returns true if the value is the whole attribute.
    pub(crate) fn is_attribute(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the value at this location; `None` if a step does not exist.
    pub(crate) fn find<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        let mut value = item.get(&self.attribute)?;
        for step in &self.steps {
            value = match (step, value) {
                (Step::Key(key), AttributeValue::M(entries)) => entries.get(key)?,
                (Step::Position(position), AttributeValue::L(elements)) => elements.get(*position)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

impl Step {
    /// Reads `.key` or `[0]`.
    ///
    /// Versions of AWS's clients disagree on a position of two digits: `[10]` is the element 10 for some and 11 for
    /// others.
    fn parse(text: &str) -> Result<Self, LocationError> {
        if let Some(key) = text.strip_prefix('.') {
            return if key.is_empty() { Err(LocationError::Empty) } else { Ok(Self::Key(key.to_owned())) };
        }
        let digits = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).ok_or(LocationError::NoPosition)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(LocationError::NoPosition);
        }
        match digits.len() {
            1 => digits.parse().map(Self::Position).map_err(|_| LocationError::NoPosition),
            _ => Err(LocationError::LargePosition),
        }
    }
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a name in it is empty",
            Self::NoPosition => "the text between `[` and `]` is not a position in a list",
            Self::LargePosition => {
                "positions in lists have one digit, 0 to 9, since versions of AWS's clients disagree about others"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    #[test]
    fn paths_lead_through_maps_and_lists() {
        let inner = Item::from([("c".to_owned(), AttributeValue::L(vec![text("zero"), text("one")]))]);
        let item = Item::from([
            ("a".to_owned(), AttributeValue::M(Item::from([("b".to_owned(), AttributeValue::M(inner))]))),
            ("top".to_owned(), text("value")),
        ]);
        let find = |path: &str| Location::parse(path).unwrap().find(&item).cloned();
        assert_eq!(find("top"), Some(text("value")));
        assert_eq!(find("a.b.c[1]"), Some(text("one")));
        for nowhere in ["missing", "top.a", "top[0]", "a.x", "a[0]", "a.b.c[2]", "a.b.c.x"] {
            assert_eq!(find(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn other_strings_are_not_locations() {
        for (text, error) in [
            ("", LocationError::Empty),
            (".a", LocationError::Empty),
            ("[0]", LocationError::Empty),
            ("a.", LocationError::Empty),
            ("a..b", LocationError::Empty),
            ("a[]", LocationError::NoPosition),
            ("a[x]", LocationError::NoPosition),
            ("a[-1]", LocationError::NoPosition),
            ("a[0", LocationError::NoPosition),
            ("a[0]x", LocationError::NoPosition),
            ("a[", LocationError::NoPosition),
            ("a[10]", LocationError::LargePosition),
            ("a[00]", LocationError::LargePosition),
        ] {
            assert_eq!(Location::parse(text), Err(error), "{text}");
        }
    }
}
