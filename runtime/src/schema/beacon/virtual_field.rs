//! The configuration of virtual fields.

/// Text that is made of the values of an item, for standard beacons. It is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualField {
    pub(crate) name: String,
    pub(crate) parts: Vec<VirtualPart>,
}

/// A part of a virtual field: the text of a value, transformed.
///
/// Strings are taken as they are, numbers in DynamoDB's spelling, booleans as `true` and `false`, and NULL as `null`. Values of
/// other types are rejected with `Codec` when an item is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualPart {
    pub(crate) location: String,
    pub(crate) transforms: Vec<Transform>,
}

/// What is done with the text of a [`VirtualPart`].
///
/// Lengths and positions count UTF-16 code units, as those of AWS's clients do. Negative positions count from the end, and
/// positions past the end stand for the last unit or segment. Where half of a surrogate pair would remain in the result, it is
/// left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transform {
    /// ASCII letters become uppercase.
    Upper,
    /// ASCII letters become lowercase.
    Lower,
    /// This text is appended.
    Insert(String),
    /// The first units; with a negative number, all but that many of the last ones.
    Prefix(i32),
    /// The last units; with a negative number, all but that many of the first ones.
    Suffix(i32),
    /// The units from the first position up to the second one, which is excluded.
    Substring(i32, i32),
    /// One of the segments between separators.
    Segment(char, i32),
    /// The segments from the first position up to the second one, which is excluded, joined by the separator.
    Segments(char, i32, i32),
}

impl VirtualField {
    /// A field without parts yet. Its name is used in the locations of standard beacons, and is no attribute.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), parts: Vec::new() }
    }

    /// Adds a part. An item that lacks the value of a part has no such field.
    #[must_use]
    pub fn part(mut self, part: VirtualPart) -> Self {
        self.parts.push(part);
        self
    }
}

impl VirtualPart {
    /// The text of the value at this location.
    pub fn new(location: impl Into<String>) -> Self {
        Self { location: location.into(), transforms: Vec::new() }
    }

    /// Adds a transform, which is applied after the ones before it.
    #[must_use]
    pub fn transform(mut self, transform: Transform) -> Self {
        self.transforms.push(transform);
        self
    }
}
