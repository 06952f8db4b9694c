//! The configuration of virtual fields.

/// Text built from the values of an item, as a source of standard beacons. It is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualField {
    pub(crate) name: String,
    pub(crate) parts: Vec<VirtualPart>,
}

/// A part of a virtual field: the text of a value, transformed.
///
/// Strings are used unchanged, numbers in DynamoDB's notation, booleans as `true` and `false`, and NULL as `null`.
/// Values of other types are rejected with `Codec` when an item is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualPart {
    pub(crate) location: String,
    pub(crate) transforms: Vec<Transform>,
}

/// A transform of the text of a [`VirtualPart`].
///
/// Lengths and positions count UTF-16 code units, as those of AWS's clients do. Negative positions count from the end,
/// and positions past the end refer to the last unit or segment. Half of a surrogate pair is omitted from the result.
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
    /// Creates a field without parts. Its name is used in the locations of standard beacons, and is not an attribute.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), parts: Vec::new() }
    }

    /// Adds a part. An item that lacks the value of a part does not have the field.
    #[must_use]
    pub fn part(mut self, part: VirtualPart) -> Self {
        self.parts.push(part);
        self
    }
}

impl VirtualPart {
    /// Creates a part from the value at this location.
    pub fn new(location: impl Into<String>) -> Self {
        Self { location: location.into(), transforms: Vec::new() }
    }

    /// Adds a transform, which is applied after the previous ones.
    #[must_use]
    pub fn transform(mut self, transform: Transform) -> Self {
        self.transforms.push(transform);
        self
    }
}
