//! What was said besides the log: `Debug` and `Display` of everything.

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use dynaseal::Error;

#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<String>>);

impl Said {
    pub(crate) fn debug(&mut self, value: &impl Debug) {
        writeln!(self.0.lock().unwrap(), "{value:?}\n{value:#?}").unwrap();
    }

    pub(crate) fn error(&mut self, error: &Error) {
        self.debug(error);
        self.display(error);
        let mut causes: Vec<&dyn StdError> = error.source().into_iter().collect();
        causes.extend(error.sdk_error().map(|error| error as &dyn StdError));
        while let Some(cause) = causes.pop() {
            self.display(&format!("{cause}\n{cause:?}"));
            causes.extend(cause.source());
        }
        error.cancellation_reasons().iter().flatten().for_each(|reason| self.error(reason));
    }

    pub(crate) fn failure<T>(&mut self, result: Result<T, Error>) {
        self.error(&result.err().unwrap());
    }

    pub(crate) fn display(&mut self, value: &impl std::fmt::Display) {
        writeln!(self.0.lock().unwrap(), "{value}").unwrap();
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}
