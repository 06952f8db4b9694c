//! How errors are created and completed inside the crate.

use std::borrow::Cow;

use super::{Error, ErrorKind, Inner, Key, Source};

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            attribute: None,
            unknown_attributes: Vec::new(),
            cancellation_reasons: Vec::new(),
            item_key: None,
            is_absence: false,
            operation: None,
            aws_code: None,
            aws_request_id: None,
            source: None,
            sdk: None,
        }))
    }

    /// The only constructor of an integrity failure: one text for every cause, so that it cannot become an oracle.
    pub(crate) fn integrity() -> Self {
        Self::new(
            ErrorKind::Integrity,
            "the item failed verification: it was not written with these keys, attribute actions and table name, or it \
             was changed since; nothing of it is returned",
        )
    }

    /// The one error for every unusable cursor: its bearer must not learn the reason.
    pub(crate) fn invalid_cursor() -> Self {
        Self::new(
            ErrorKind::InvalidCursor,
            "the cursor was changed, has expired, or belongs to another query; start again without one",
        )
    }

    /// The keys do not exist according to the store.
    pub(crate) fn absent_keys(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ErrorKind::Materials, message);
        error.0.is_absence = true;
        error
    }

    /// Returns the same failure with the kind and message of the call that it happened in.
    pub(crate) fn recast(mut self, kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.kind = kind;
        self.0.message = message.into();
        self
    }

    /// Returns the same failure, stating that the main effect of the call did happen.
    pub(crate) fn after(mut self, what_happened: &'static str) -> Self {
        self.0.message = format!("{}; {what_happened}", self.0.message).into();
        self
    }

    /// Returns the same failure for another caller who waited for it. Only the first caller gets the causes.
    pub(crate) fn for_another_caller(&self) -> Self {
        let Inner { kind, message, attribute, operation, aws_code, aws_request_id, .. } = &*self.0;
        let mut error = Self::new(*kind, message.clone());
        error.0.attribute.clone_from(attribute);
        error.0.operation = *operation;
        error.0.aws_code.clone_from(aws_code);
        error.0.aws_request_id.clone_from(aws_request_id);
        error
    }

    pub(crate) fn with_attribute(mut self, name: impl Into<String>) -> Self {
        self.0.attribute = Some(name.into());
        self
    }

    pub(crate) fn with_unknown_attributes(mut self, names: Vec<String>) -> Self {
        self.0.unknown_attributes = names;
        self
    }

    pub(crate) fn with_item_key(mut self, key: Key) -> Self {
        self.0.item_key = Some(key);
        self
    }

    pub(crate) fn with_cancellation_reasons(mut self, reasons: Vec<Option<Self>>) -> Self {
        self.0.cancellation_reasons = reasons;
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_sdk_error(mut self, code: Option<String>, request_id: Option<String>, error: Source) -> Self {
        self.0.aws_code = code;
        self.0.aws_request_id = request_id;
        self.0.sdk = Some(error);
        self
    }
}
