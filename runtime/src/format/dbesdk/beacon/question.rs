//! Converts the values of conditions to the form from which beacons are computed.

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::schema::beacon::Transform;

use super::{Beacons, Compound, Searched, Source, Standard, Stored, transform};

impl Beacons {
    /// Returns a searched value in the form from which the beacon is computed: text in the beacon's case, also within a
    /// value of a compound beacon.
    ///
    /// # Errors
    /// `Usage` for text of another length than that of the beacon's text, unless its terms are searched.
    pub(crate) fn question(&self, name: &str, value: AttributeValue) -> Result<AttributeValue> {
        let AttributeValue::S(text) = &value else { return Ok(value) };
        match self.searched(name) {
            Some(Searched::Standard(beacon)) => beacon.question(text).map(AttributeValue::S),
            Some(Searched::Compound(beacon, standard)) => beacon.question(standard, text).map(AttributeValue::S),
            None => Ok(value),
        }
    }
}

impl Compound {
    /// Does the same for the encrypted pieces of a value, which can be only its beginning.
    fn question(&self, standard: &[Standard], text: &str) -> Result<String> {
        let mut question = String::with_capacity(text.len());
        for (position, piece) in text.split(self.split).enumerate() {
            if position > 0 {
                question.push(self.split);
            }
            let part = self.parts.iter().find(|part| piece.starts_with(&part.prefix));
            let beacon = part.and_then(|part| part.standard(standard).zip(piece.strip_prefix(&part.prefix)));
            match (part, beacon) {
                (Some(part), Some((beacon, text))) if !text.is_empty() => {
                    question.push_str(&part.prefix);
                    question.push_str(&beacon.question(text)?);
                }
                _ => question.push_str(piece),
            }
        }
        Ok(question)
    }
}

impl Standard {
    /// Returns true if the beacon is made of pieces of the text, which are shorter.
    fn has_terms(&self) -> bool {
        matches!(self.stored, Stored::HashOfEachTerm(_))
    }

    fn question(&self, text: &str) -> Result<String> {
        // Text built from several values has no common case and length.
        let transforms = match &self.source {
            Source::Text(parts) if parts.len() == 1 => parts.iter().flat_map(|(_, transforms)| transforms),
            _ => return Ok(text.to_owned()),
        };
        let mut units: Vec<u16> = text.encode_utf16().collect();
        for transform in transforms {
            match transform {
                Transform::Lower | Transform::Upper => transform::apply(transform, &mut units, 0),
                Transform::Prefix(length) | Transform::Suffix(length) if !self.has_terms() => {
                    check_length(&self.name, *length, units.len())?
                }
                _ => {}
            }
        }
        Ok(transform::decode(&units))
    }
}

/// A beacon of the last four characters matches neither longer strings nor parts of the four.
fn check_length(name: &str, length: i32, searched: usize) -> Result<()> {
    match usize::try_from(length) {
        Ok(length) if length != searched => {
            let message = format!("the beacon hashes {length} UTF-16 code units, and the searched text has {searched}");
            Err(Error::new(ErrorKind::Usage, message).with_attribute(name))
        }
        _ => Ok(()),
    }
}
