//! Keys for tests, and outputs of other implementations with them: see `test-keys/README.md`.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The text of a file in that folder.
macro_rules! test_key {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-keys/", $name))
    };
}
pub(crate) use test_key;

/// Returns the output of another implementation, by a group of the file and an algorithm.
pub(crate) fn known_answer(group: &str, algorithm: &str) -> Vec<u8> {
    let responses: HashMap<String, HashMap<String, String>> =
        serde_json::from_str(test_key!("known-answers.json")).unwrap();
    BASE64.decode(&responses[group][algorithm]).unwrap()
}
