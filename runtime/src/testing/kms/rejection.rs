//! The error responses of KMS.

/// An error response of KMS.
pub(super) struct Rejection {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Rejection {
    pub(super) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }
}

pub(super) fn invalid(message: &str) -> Rejection {
    Rejection::bad("ValidationException", message)
}

pub(super) fn invalid_ciphertext() -> Rejection {
    Rejection::bad("InvalidCiphertextException", "")
}
