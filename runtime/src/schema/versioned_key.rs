//! The version of the entity that a key was made from.
//!
//! `delete(&entity)` takes whatever becomes a key, and a key has no version. So the conversion, which the derive writes, notes
//! it for the call that waits for it. A conversion does not leave its thread.

use std::cell::RefCell;

use crate::error::Result;

use super::entity::ExpectedVersion;

thread_local! {
    /// `None` while no call waits.
    static NOTED: RefCell<Option<Noted>> = const { RefCell::new(None) };
}

type Noted = Option<Result<ExpectedVersion>>;

/// The key, and the version of the entity that it was made from, if it was made from one that has a version.
pub(crate) fn key_and_version<K>(make_key: impl FnOnce() -> K) -> (K, Result<Option<ExpectedVersion>>) {
    let before = NOTED.replace(Some(None));
    let key = make_key();
    let noted = NOTED.replace(before).flatten();
    (key, noted.transpose())
}

/// Notes the version of an entity whose key is being made.
pub fn note_version(version: impl FnOnce() -> Result<ExpectedVersion>) {
    NOTED.with_borrow_mut(|noted| {
        if let Some(noted) = noted {
            *noted = Some(version());
        }
    });
}
