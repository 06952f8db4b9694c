//! Converts the values of conditions to the form from which beacons are computed.

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::schema::beacon::{PREFIX, Transform};

use super::{Beacons, Source, transform};

impl Beacons {
    /// Returns a searched value in the form from which the beacon is computed: text in the beacon's case.
    ///
    /// # Errors
    /// `Usage` for text of another length than that of the beacon's text.
    pub(crate) fn question(&self, name: &str, value: AttributeValue) -> Result<AttributeValue> {
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        let source = self.standard.iter().find(|beacon| beacon.name == name).map(|beacon| &beacon.source);
        let (Some(Source::Text(parts)), AttributeValue::S(text)) = (source, &value) else { return Ok(value) };
        // Text built from several values has no common case and length.
        let [(_, transforms)] = parts.as_slice() else { return Ok(value) };
        let mut units: Vec<u16> = text.encode_utf16().collect();
        for transform in transforms {
            match transform {
                Transform::Lower | Transform::Upper => transform::apply(transform, &mut units, 0),
                Transform::Prefix(length) | Transform::Suffix(length) => check_length(name, *length, units.len())?,
                _ => {}
            }
        }
        Ok(AttributeValue::S(transform::decode(&units)))
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
