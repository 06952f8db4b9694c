//! The version of the entity that a key was created from.
//!
//! `delete(&entity)` takes any type that converts to a key, and a key has no version. The derived conversion therefore
//! records the version for the waiting call. A conversion does not leave its thread.

use std::cell::RefCell;

use crate::error::Result;

use super::entity::ExpectedVersion;

thread_local! {
    /// `None` while no call is waiting.
    static NOTED: RefCell<Option<Noted>> = const { RefCell::new(None) };
}

type Noted = Option<Result<ExpectedVersion>>;

/// Returns the key, and the version of the entity that it was created from, if that has one.
pub(crate) fn key_and_version<K>(make_key: impl FnOnce() -> K) -> (K, Result<Option<ExpectedVersion>>) {
    let before = NOTED.replace(Some(None));
    let key = make_key();
    let noted = NOTED.replace(before).flatten();
    (key, noted.transpose())
}

/// Records the version of an entity whose key is being created.
pub fn note_version(version: impl FnOnce() -> Result<ExpectedVersion>) {
    NOTED.with_borrow_mut(|noted| {
        if let Some(noted) = noted {
            *noted = Some(version());
        }
    });
}
