//! The legend: what was done with each signed attribute, one byte for each in the canonical order.

use crate::schema::action::AttributeAction;

/// What was done with a signed attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedAction {
    Encrypt,
    Sign,
    SignAndIncludeInContext,
}

impl SignedAction {
    /// `None` for an attribute that is not signed.
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

/// The actions that a legend records; `None` if a byte of it is unknown.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<SignedAction>> {
    bytes.iter().map(|byte| SignedAction::from_byte(*byte)).collect()
}
