//! Why a value cannot be encoded or decoded.

use std::fmt;

use crate::item::number::decimal::NumberError;

/// Why a value cannot be encoded or decoded. serde's message is dropped, because it can contain the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueError(Option<NumberError>);

impl ValueError {
    /// The value does not have the expected form.
    pub(super) const OTHER: Self = Self(None);

    /// Returns why a number is not supported by DynamoDB, if that is the reason.
    pub(super) fn number(self) -> Option<NumberError> {
        self.0
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not have the expected form")
    }
}

impl std::error::Error for ValueError {}

impl serde::ser::Error for ValueError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::OTHER
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::OTHER
    }
}

impl From<NumberError> for ValueError {
    fn from(error: NumberError) -> Self {
        Self(Some(error))
    }
}
