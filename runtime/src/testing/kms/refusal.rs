//! The error responses of KMS.

/// An error response of KMS.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }
}

pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::bad("ValidationException", message)
}

pub(super) fn invalid_ciphertext() -> Refusal {
    Refusal::bad("InvalidCiphertextException", "")
}
