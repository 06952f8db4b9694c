//! The examples of providers run without an account, a network or an argument.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::process::Command;

const PROGRAMS: &[&str] = &[
    env!("CARGO_BIN_EXE_quickstart"),
    env!("CARGO_BIN_EXE_static_keys"),
    env!("CARGO_BIN_EXE_wrapped_keys"),
    env!("CARGO_BIN_EXE_key_file"),
    env!("CARGO_BIN_EXE_plan"),
    env!("CARGO_BIN_EXE_migration_plan"),
    #[cfg(feature = "kms")]
    env!("CARGO_BIN_EXE_clinic"),
    #[cfg(feature = "kms")]
    env!("CARGO_BIN_EXE_kms"),
    #[cfg(feature = "kms")]
    env!("CARGO_BIN_EXE_metastore"),
];

#[test]
fn the_quickstart_runs_with_either_format() {
    let folder = tempfile::tempdir().unwrap();
    for (format, added) in
        [("ddbec", "*amzn-ddb-map-sig*"), ("dbesdk", "aws_dbe_foot"), ("ddbec", "*amzn-ddb-map-sig*")]
    {
        // In one folder, with one key file.
        let output =
            Command::new(env!("CARGO_BIN_EXE_quickstart")).arg(folder.path()).args(["--format", format]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(added) && said.contains("rejected"), "{said}");
    }
}

#[test]
fn the_example_of_every_provider_runs() {
    for program in PROGRAMS {
        let output = Command::new(program).env_clear().output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}");
        assert!(!output.stdout.is_empty(), "{program} shows nothing");
    }
}
