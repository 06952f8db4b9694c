//! Collects the mistakes of a struct, so that its author sees all of them at once.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::Span;

/// What is wrong, why it is wrong, and what to type instead, at the token in question.
pub(crate) fn mistake(at: Span, what: impl Display, note: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new(at, format!("{what}\nnote: {note}\nhelp: {help}"))
}

/// The mistakes found so far.
///
/// Checks report here and carry on. In this crate's own tests, dropping one without asking for its errors panics: they
/// would have been lost.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())) }
    }

    pub(crate) fn report(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// Every mistake, in the order in which they were found.
    pub(crate) fn into_errors(self) -> Vec<syn::Error> {
        self.errors.take().unwrap_or_default()
    }
}

#[cfg(test)]
impl Drop for Ctxt {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.errors.borrow().is_some() {
            panic!("nobody asked for the mistakes that were found");
        }
    }
}
