//! Transforms of text before it is hashed. Positions count UTF-16 code units.

use crate::schema::beacon::Transform;

/// The separator of segments, which is a single unit.
fn unit(separator: char) -> u16 {
    let mut units = [0; 2];
    separator.encode_utf16(&mut units).first().copied().unwrap_or_default()
}

/// Applies one transform to the units that begin at `start`; those before it belong to other parts.
pub(super) fn apply(transform: &Transform, text: &mut Vec<u16>, start: usize) {
    let length = text.len().saturating_sub(start);
    match transform {
        Transform::Upper => change_ascii(text, start, u8::to_ascii_uppercase),
        Transform::Lower => change_ascii(text, start, u8::to_ascii_lowercase),
        Transform::Insert(inserted) => text.extend(inserted.encode_utf16()),
        Transform::Prefix(count) => keep(text, start, 0, from_start(*count, length)),
        Transform::Suffix(count) => keep(text, start, length - from_start(*count, length), length),
        Transform::Substring(low, high) => keep(text, start, position(*low, length), position(*high, length)),
        Transform::Segment(separator, index) => {
            let segments = segments(text.get(start..).unwrap_or_default(), unit(*separator));
            let (low, high) = segment(&segments, *index).unwrap_or_default();
            keep(text, start, low, high);
        }
        Transform::Segments(separator, low, high) => {
            let segments = segments(text.get(start..).unwrap_or_default(), unit(*separator));
            let (low, high) = (position(*low, segments.len()), position(*high, segments.len()));
            let first = segments.get(low).map(|(low, _)| *low).filter(|_| low < high);
            let last = high.checked_sub(1).and_then(|last| segments.get(last)).map(|(_, high)| *high);
            let (low, high) = first.zip(last).unwrap_or_default();
            keep(text, start, low, high);
        }
    }
}

/// Returns the text of the units. Half a surrogate pair is omitted: AWS's clients fail to write in this case.
pub(super) fn decode(units: &[u16]) -> String {
    let mut text = String::with_capacity(units.len() * 3);
    text.extend(char::decode_utf16(units.iter().copied()).filter_map(Result::ok));
    text
}

fn change_ascii(text: &mut [u16], start: usize, change: fn(&u8) -> u8) {
    for unit in text.iter_mut().skip(start) {
        if let Ok(byte) = u8::try_from(*unit) {
            *unit = u16::from(change(&byte));
        }
    }
}

/// Returns the length of a prefix or suffix; a negative number is the number of omitted units.
fn from_start(count: i32, length: usize) -> usize {
    let magnitude = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count >= 0 { magnitude.min(length) } else { length.saturating_sub(magnitude) }
}

/// Returns a position, which never exceeds the last element.
fn position(position: i32, length: usize) -> usize {
    let magnitude = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
    match length.checked_sub(1) {
        None => 0,
        Some(last) if position >= 0 => magnitude.min(last),
        Some(_) => length.saturating_sub(magnitude),
    }
}

/// Keeps the units from `low` up to `high`, counted from `start`.
fn keep(text: &mut Vec<u16>, start: usize, low: usize, high: usize) {
    if low >= high {
        return text.truncate(start);
    }
    text.truncate(start + high);
    text.drain(start..start + low);
}

/// Returns the ranges between separators, at least one.
fn segments(text: &[u16], separator: u16) -> Vec<(usize, usize)> {
    let mut segments = Vec::new();
    let mut low = 0;
    for segment in text.split(|unit| *unit == separator) {
        segments.push((low, low + segment.len()));
        low += segment.len() + 1;
    }
    segments
}

/// Returns `None` for a position beyond either end.
fn segment(segments: &[(usize, usize)], index: i32) -> Option<(usize, usize)> {
    let magnitude = usize::try_from(index.unsigned_abs()).ok()?;
    let index = if index >= 0 { magnitude } else { segments.len().checked_sub(magnitude)? };
    segments.get(index).copied()
}
