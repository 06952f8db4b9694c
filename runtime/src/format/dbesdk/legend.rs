//! The legend: the action of each signed attribute, one byte for each in canonical order.

use crate::schema::action::AttributeAction;

/// The action of a signed attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedAction {
    Encrypt,
    Sign,
    SignAndIncludeInContext,
}

impl SignedAction {
    /// Returns `None` for an unsigned attribute.
    pub(super) fn of(action: AttributeAction) -> Option<Self> {
        match action {
            AttributeAction::EncryptAndSign => Some(Self::Encrypt),
            AttributeAction::SignOnly => Some(Self::Sign),
            AttributeAction::SignAndIncludeInEncryptionContext => Some(Self::SignAndIncludeInContext),
            AttributeAction::DoNothing => None,
        }
    }

    pub(super) fn action(self) -> AttributeAction {
        match self {
            Self::Encrypt => AttributeAction::EncryptAndSign,
            Self::Sign => AttributeAction::SignOnly,
            Self::SignAndIncludeInContext => AttributeAction::SignAndIncludeInEncryptionContext,
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Encrypt => b'e',
            Self::Sign => b's',
            Self::SignAndIncludeInContext => b'c',
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'e' => Some(Self::Encrypt),
            b's' => Some(Self::Sign),
            b'c' => Some(Self::SignAndIncludeInContext),
            _ => None,
        }
    }
}

/// Returns the actions of a legend; `None` if a byte of it is unknown.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<SignedAction>> {
    bytes.iter().map(|byte| SignedAction::from_byte(*byte)).collect()
}
