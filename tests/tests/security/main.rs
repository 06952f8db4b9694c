//! Attacks and their results.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod attack_suite;
mod attacker;
mod conditions;
mod dependencies;
mod documents;
#[cfg(unix)]
mod forked;
mod lying_server;
mod numbers;
mod plain_http;
mod promises;
mod randomness;
#[cfg(all(feature = "aws-lc", feature = "kms", feature = "rsa"))]
mod sentinel;
mod steps_per_byte;
mod tampering;
mod threat_model;

#[test]
fn the_suite_holds_for_the_other_format() {
    dynaseal_tests::format::repeat_with_dbesdk(&["attacker::", "conditions::", "lying_server::", "numbers::"]);
}
