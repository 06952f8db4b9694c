//! The version of a header.

use super::legend::SignedAction;

/// The version of an item's header, which depends on the actions of its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    /// Some attributes are signed and included in the encryption context.
    Two,
}

impl Version {
    pub(super) fn of(mut actions: impl Iterator<Item = SignedAction>) -> Self {
        if actions.any(|action| action == SignedAction::SignAndIncludeInContext) { Self::Two } else { Self::One }
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}
