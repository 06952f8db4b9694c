//! The output besides the log: `Debug` and `Display` of every type.

use std::any::type_name;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use dynaseal::Error;

#[derive(Clone, Default)]
pub(crate) struct Said {
    text: Arc<Mutex<String>>,
    /// The types whose `Debug` was printed.
    types: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Said {
    pub(crate) fn debug<T: Debug>(&mut self, value: &T) {
        writeln!(self.text.lock().unwrap(), "{value:?}\n{value:#?}").unwrap();
        self.types.lock().unwrap().insert(type_name::<T>());
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
        writeln!(self.text.lock().unwrap(), "{value}").unwrap();
    }

    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Returns the names of the crate's types whose `Debug` was printed: for `Option<dynaseal::repository::Get<..>>`,
    /// this is `Get`.
    pub(crate) fn types(&self) -> BTreeSet<String> {
        let types = self.types.lock().unwrap();
        let paths = types.iter().filter_map(|name| name.find("dynaseal::").and_then(|start| name.get(start..)));
        let ends = |character: char| !character.is_alphanumeric() && character != '_' && character != ':';
        paths.filter_map(|path| path.split(ends).next()?.rsplit("::").next()).map(str::to_owned).collect()
    }
}
