//! The configuration of compound beacons.

/// A compound beacon: several parts in one string, some of them hashed and some readable.
///
/// With an encrypted part it is stored as the attribute `aws_dbe_b_NAME`, without one as `NAME`, which is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompoundBeacon {
    pub(crate) name: String,
    pub(crate) split: char,
    pub(crate) encrypted: Vec<EncryptedPart>,
    pub(crate) signed: Vec<SignedPart>,
    pub(crate) constructors: Vec<Constructor>,
}

/// A part of a compound beacon that is hashed: a standard beacon behind a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedPart {
    pub(crate) name: String,
    pub(crate) prefix: String,
}

/// A part of a compound beacon that stays readable: the text of a signed value behind a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPart {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) location: Option<String>,
}

/// An order in which parts are put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constructor {
    /// The names of the parts, and whether an item must have them.
    pub(crate) parts: Vec<(String, bool)>,
}

impl CompoundBeacon {
    /// A beacon without parts yet. `split` separates the parts and must not occur in their values: an item with such a value is
    /// rejected with `Codec`.
    pub fn new(name: impl Into<String>, split: char) -> Self {
        Self { name: name.into(), split, encrypted: Vec::new(), signed: Vec::new(), constructors: Vec::new() }
    }

    /// Adds an encrypted part.
    #[must_use]
    pub fn encrypted(mut self, part: EncryptedPart) -> Self {
        self.encrypted.push(part);
        self
    }

    /// Adds a signed part.
    #[must_use]
    pub fn signed(mut self, part: SignedPart) -> Self {
        self.signed.push(part);
        self
    }

    /// Adds a constructor. The first one whose required parts an item has is used. Without any, all signed parts and then all
    /// encrypted parts are required.
    #[must_use]
    pub fn constructor(mut self, constructor: Constructor) -> Self {
        self.constructors.push(constructor);
        self
    }
}

impl EncryptedPart {
    /// The standard beacon of this name behind this prefix.
    pub fn new(beacon: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self { name: beacon.into(), prefix: prefix.into() }
    }
}

impl SignedPart {
    /// The value of the attribute of this name behind this prefix.
    pub fn new(name: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self { name: name.into(), prefix: prefix.into(), location: None }
    }

    /// Where the value is, if it is not the attribute of the part's name. Positions in lists are 0 to 9.
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// The text of the location, which is the part's name by default.
    pub(crate) fn location_text(&self) -> &str {
        self.location.as_deref().unwrap_or(&self.name)
    }
}

impl Constructor {
    /// A constructor without parts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part that an item must have.
    #[must_use]
    pub fn required(mut self, part: impl Into<String>) -> Self {
        self.parts.push((part.into(), true));
        self
    }

    /// Adds a part that is left out of the beacons of items that do not have it.
    #[must_use]
    pub fn optional(mut self, part: impl Into<String>) -> Self {
        self.parts.push((part.into(), false));
        self
    }
}
