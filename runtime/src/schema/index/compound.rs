//! Values of compound beacons, which the functions of the derive build.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::KeyAttribute;

use super::Stored;
use super::sort::KeyBeginning;

/// The text of a value of a compound beacon, or of its prefix. `Debug` does not show it, because it can be an encrypted
/// value.
pub struct CompoundText {
    text: Result<String>,
    split: char,
}

/// A complete value of a compound beacon. The derive implements it.
pub trait CompoundValue {
    #[doc(hidden)]
    fn __text(&self) -> &CompoundText;
}

/// A key attribute that is a compound beacon with the values `V`.
#[derive(Debug)]
pub struct CompoundOf<V>(V);

/// A prefix of the values `V` of a compound beacon, for
/// [`sort_begins_with`](crate::repository::query::Selection::sort_begins_with).
#[derive(Debug)]
pub struct CompoundPrefix<V> {
    text: CompoundText,
    value: PhantomData<fn() -> V>,
}

/// A value for a part of a compound beacon: text, a `bool`, or a value of a [`KeyAttribute`] that is stored as
/// text or as a number.
pub trait PartText {
    /// The text.
    ///
    /// # Errors
    /// `Codec` for a value without a text form.
    fn into_text(self) -> Result<String>;
}

impl<T: KeyAttribute> PartText for T {
    fn into_text(self) -> Result<String> {
        match self.encode()? {
            AttributeValue::S(text) | AttributeValue::N(text) => Ok(text),
            _ => Err(Error::new(ErrorKind::Codec, "a part of a compound beacon is text or a number")),
        }
    }
}

/// `true` or `false`.
impl PartText for bool {
    fn into_text(self) -> Result<String> {
        Ok(self.to_string())
    }
}

impl PartText for &str {
    fn into_text(self) -> Result<String> {
        Ok(self.to_owned())
    }
}

impl PartText for &String {
    fn into_text(self) -> Result<String> {
        Ok(self.clone())
    }
}

impl CompoundText {
    #[doc(hidden)]
    pub fn __new(split: char) -> Self {
        Self { text: Ok(String::new()), split }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn __with(self, prefix: &str, value: impl PartText) -> Self {
        let split = self.split;
        let text = value.into_text().and_then(|value| match value.contains(split) {
            true => Err(Error::new(
                ErrorKind::Codec,
                format!("the value contains `{split}`, which separates the parts of the beacon"),
            )),
            false => Ok(value),
        });
        self.join(|text| text.map(|text| format!("{prefix}{text}")), text)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn __open(self, prefix: &str) -> Self {
        self.join(|text| text, Ok(prefix.to_owned()))
    }

    fn join(self, piece: impl FnOnce(Result<String>) -> Result<String>, text: Result<String>) -> Self {
        let Self { text: before, split } = self;
        let joined = before.and_then(|mut before| {
            let piece = piece(text)?;
            if !before.is_empty() {
                before.push(split);
            }
            before.push_str(&piece);
            Ok(before)
        });
        Self { text: joined, split }
    }

    pub(crate) fn encode(&self) -> Result<AttributeValue> {
        match &self.text {
            Ok(text) => Ok(AttributeValue::S(text.clone())),
            Err(error) => Err(error.for_another_caller()),
        }
    }
}

impl fmt::Debug for CompoundText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompoundText").finish_non_exhaustive()
    }
}

impl Clone for CompoundText {
    fn clone(&self) -> Self {
        let text = self.text.as_ref().map(Clone::clone).map_err(Error::for_another_caller);
        Self { text, split: self.split }
    }
}

impl<V> CompoundOf<V> {
    #[doc(hidden)]
    pub const fn __new(value: V) -> Self {
        Self(value)
    }
}

impl<V: CompoundValue> CompoundOf<V> {
    pub(crate) fn encode(&self) -> Result<AttributeValue> {
        self.0.__text().encode()
    }
}

impl<V> CompoundPrefix<V> {
    pub(crate) fn encode(&self) -> Result<AttributeValue> {
        self.text.encode()
    }

    #[doc(hidden)]
    pub fn __new(text: CompoundText) -> Self {
        Self { text, value: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<V: CompoundValue> KeyBeginning<CompoundOf<V>> for CompoundPrefix<V> {
    fn beginning(self, _: &Stored<CompoundOf<V>>) -> Result<AttributeValue> {
        self.text.encode()
    }
}
