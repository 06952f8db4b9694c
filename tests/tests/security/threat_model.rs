//! Every line of the threat model names an existing test, or states that nothing is promised.

use super::documents::{Tests, last_column, rows};

const DOCUMENT: &str = include_str!("../../../SECURITY.md");

/// The last column of a line without a test.
const NO_TEST: [&str; 2] = ["not promised", "a matter of review"];

#[test]
fn every_line_of_the_threat_model_has_a_test_or_promises_nothing() {
    let tests = Tests::of_this_repository();
    let lines: Vec<&str> = rows(DOCUMENT).collect();
    lines.iter().filter(|line| !NO_TEST.contains(&last_column(line))).for_each(|line| tests.check(line));
    assert!(lines.len() > 30, "the tables were not found");
}
