//! Requests that spawn tasks fail with a clear error outside of a Tokio runtime.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use dynaseal::danger::import_plaintext;
use dynaseal::embedded::Database;
use dynaseal::{Error, ErrorKind, SchemaVersion};

use crate::entity::{Account, accounts, keys};

#[test]
fn outside_of_tokio_every_migration_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let accounts = accounts(&Database::in_memory().unwrap().client(), &keys());
    let before = || SchemaVersion::of::<Account>("before").encryptor(keys());

    let reencrypt = || accounts.reencrypt().also_reads(before()).checkpoint(&checkpoint);
    let import = || import_plaintext(&accounts, &checkpoint);
    for error in [
        rejected(reencrypt()),
        rejected(reencrypt().dry_run()),
        rejected(import().begin()),
        rejected(import().dry_run()),
        rejected(accounts.check_items()),
        rejected(accounts.parallel_scan(2).count()),
    ] {
        assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Usage, "a parallel scan needs a Tokio runtime"));
    }
    assert!(!checkpoint.exists());
}

/// Returns the error of a request, which must be available without a runtime.
fn rejected<T: std::fmt::Debug>(request: impl IntoFuture<Output = Result<T, Error>>) -> Error {
    match pin!(request.into_future()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome.unwrap_err(),
        Poll::Pending => panic!("it waits for a runtime"),
    }
}
