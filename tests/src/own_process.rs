//! Tests that need their own process, because they inspect all of it: its memory, its working folder, or its log.

use std::process::Command;

/// The name of the test that a process was started for.
const VARIABLE: &str = "DYNASEAL_OWN_PROCESS";

/// Returns whether this process runs only this test. Otherwise runs the test in such a process first.
///
/// # Panics
///
/// Panics if the test failed there, or if the binary has no test of this name.
#[must_use]
#[expect(clippy::unwrap_used, reason = "helpers of tests")]
pub fn is_own(test: &str) -> bool {
    if std::env::var_os(VARIABLE).is_some_and(|own| own == test) {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args([test, "--exact", "--nocapture"]).env(VARIABLE, test).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && printed.contains(" 1 passed"), "{test} did not pass in a process of its own");
    false
}
