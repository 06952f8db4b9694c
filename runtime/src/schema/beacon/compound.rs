//! The configuration of compound beacons.

/// A compound beacon: several parts in one string, some of them hashed and some readable.
///
/// A beacon with an encrypted part is stored as the attribute `aws_dbe_b_NAME`, and one without as `NAME`, which is
/// signed.
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

/// The order of parts in a compound beacon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constructor {
    /// The names of the parts, and whether an item must have them.
    pub(crate) parts: Vec<(String, bool)>,
}

impl CompoundBeacon {
    /// Creates a beacon without parts. `split` separates the parts and must not occur in their values: an item with
    /// such a value is rejected with `Codec`.
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

    /// Adds a constructor. The first constructor is used whose required parts are in the item. Without any, all signed
    /// parts and then all encrypted parts are required.
    #[must_use]
    pub fn constructor(mut self, constructor: Constructor) -> Self {
        self.constructors.push(constructor);
        self
    }
}

impl EncryptedPart {
    /// Creates a part from the standard beacon of this name, with this prefix.
    pub fn new(beacon: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self { name: beacon.into(), prefix: prefix.into() }
    }
}

impl SignedPart {
    /// Creates a part from the attribute of this name, with this prefix.
    pub fn new(name: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self { name: name.into(), prefix: prefix.into(), location: None }
    }

    /// Sets the location of the value, if it is not the attribute of the part's name. Positions in lists are 0 to 9.
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Returns the location, which is the part's name by default.
    pub(crate) fn location_text(&self) -> &str {
        self.location.as_deref().unwrap_or(&self.name)
    }
}

impl Constructor {
    /// Creates a constructor without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a required part.
    #[must_use]
    pub fn required(mut self, part: impl Into<String>) -> Self {
        self.parts.push((part.into(), true));
        self
    }

    /// Adds an optional part, which is omitted for items without it.
    #[must_use]
    pub fn optional(mut self, part: impl Into<String>) -> Self {
        self.parts.push((part.into(), false));
        self
    }
}
