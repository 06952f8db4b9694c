//! SoftHSM 2 as the device of PKCS#11 tokens.
//!
//! SoftHSM reads the environment when it is loaded, so a test creates a folder for tokens, names it in the environment,
//! and starts its program again for the tests that use the tokens.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

pub mod token;

use std::path::Path;
use std::process::Command;

/// The paths on Debian and others; `SOFTHSM2_MODULE` overrides them.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// Runs the ignored tests of this program that the arguments select, with the tokens in this empty folder. If SoftHSM is
/// missing, this prints so and returns, unless `CI` is set.
pub fn run_ignored_tests(folder: &Path, tests: &[&str]) {
    let Some(module) = module() else {
        assert!(std::env::var_os("CI").is_none(), "no SoftHSM 2: install it, or set SOFTHSM2_MODULE to its module");
        eprintln!("skipped: no SoftHSM 2; install it, or set SOFTHSM2_MODULE to its module");
        return;
    };
    let tokens = folder.join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.join("softhsm2.conf");
    std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .arg("--ignored")
        .args(tests)
        .env("SOFTHSM2_CONF", configuration)
        .env("SOFTHSM2_MODULE", module)
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !report.contains(" 0 passed"), "{report}");
}

/// Returns the path of SoftHSM's module.
#[must_use]
pub fn module() -> Option<String> {
    let named = std::env::var("SOFTHSM2_MODULE").ok();
    named.or_else(|| MODULES.into_iter().find(|path| Path::new(path).exists()).map(str::to_owned))
}
