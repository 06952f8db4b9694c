//! Collects the errors of a struct, so that all are reported at once.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::Span;

/// Returns an error at a token: what is wrong, why, and what to type instead.
pub(crate) fn mistake(at: Span, what: impl Display, note: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new(at, format!("{what}\nnote: {note}\nhelp: {help}"))
}

/// The errors found so far.
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

    /// Returns all errors, in the order in which they were found.
    pub(crate) fn into_errors(self) -> Vec<syn::Error> {
        self.errors.take().unwrap_or_default()
    }
}

#[cfg(test)]
impl Drop for Ctxt {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.errors.borrow().is_some() {
            panic!("the collected errors were not reported");
        }
    }
}
