//! Tests that need a process of their own, because they look at all of it: its memory, its working folder, or everything it logs.

use std::process::Command;

/// Names the test that a process was started for.
const VARIABLE: &str = "DYNASEAL_OWN_PROCESS";

/// Whether this process runs this test alone. Otherwise the test has just passed in such a process, and returns.
///
/// # Panics
///
/// If the test failed there, or the binary has no test of this name.
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
