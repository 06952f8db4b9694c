//! Test vectors, which are not copied here.
//!
//! They are read from the folder in the environment variable `DYNASEAL_VECTORS`, or from `shared/vectors` beside the
//! repository. Without it, tests print a message and pass, unless `CI` is set.

use std::path::PathBuf;

use serde::de::DeserializeOwned;

/// Returns a file of the folder; `None` without a folder.
pub(crate) fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    let path = folder()?.join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("DYNASEAL_VECTORS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors")), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "no test vectors: set DYNASEAL_VECTORS to their folder");
    eprintln!("skipped: no test vectors; set DYNASEAL_VECTORS to their folder");
    None
}
