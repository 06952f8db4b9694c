//! Checkpoints that are lost, damaged, of another migration, or not writable.

use std::fs;
use std::future::IntoFuture as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use dynaseal::danger::import_plaintext;
use dynaseal::migration::{Reencrypt, Status};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{ErrorKind, Repository, SchemaVersion};

use crate::entity::{Account, TABLE, accounts, assert_all, complete, keys, stored, table_of};

/// Returns a table that is partly migrated, because its service stopped responding, and the request that continues the
/// migration.
async fn interrupted(checkpoint: &Path) -> (aws_sdk_dynamodb::Client, impl Fn() -> Reencrypt) {
    let (old, new) = (keys(), keys());
    let client = table_of(40, &old).await;
    let request = move |client: &aws_sdk_dynamodb::Client| {
        let before = SchemaVersion::of::<Account>("before").encryptor(old.clone());
        accounts(client, &new).reencrypt().also_reads(before).segments(4)
    };
    // Enough responses for a part of the table, and no more afterwards.
    let faults = Faults::script([Fault::None; 24].into_iter().chain([Fault::FailBefore; 4000]));
    let failing = request(&faults.beneath(&client).unwrap()).checkpoint(checkpoint).concurrency(1);
    assert_eq!(failing.await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(checkpoint.exists());
    let again = client.clone();
    (client, move || request(&again))
}

#[tokio::test]
async fn an_interrupted_migration_continues_from_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let (client, request) = interrupted(&checkpoint).await;
    let before = stored(&client).await;
    let report = request().checkpoint(&checkpoint).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(report.rewritten() + report.up_to_date(), 40);
    assert!(!before.is_empty());
    assert!(fs::read_to_string(&checkpoint).unwrap().contains(r#""phase":"Finished""#));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left in the folder");
}

/// After a typing error in the table name, the program runs again with the correct name and the same checkpoint.
#[tokio::test]
async fn a_table_that_does_not_exist_gets_no_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let client = table_of(3, &keys()).await;
    let mistyped: Repository<Account> = Repository::builder(client).table("acounts").encryptor(keys()).build();
    let before = SchemaVersion::of::<Account>("before").encryptor(keys());
    let move_all = mistyped.reencrypt().also_reads(before).checkpoint(&checkpoint);
    assert_eq!(move_all.await.unwrap_err().kind(), ErrorKind::NotFound);
    let import = import_plaintext(&mistyped, &checkpoint).begin();
    assert_eq!(import.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!checkpoint.exists());
}

#[tokio::test]
async fn another_migration_cannot_use_the_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let (client, request) = interrupted(&checkpoint).await;
    let (items, file) = (stored(&client).await, fs::read(&checkpoint).unwrap());
    let keys = keys();
    let renamed: Repository<Account> = Repository::builder(client.clone())
        .table(TABLE)
        .encryptor(keys.clone())
        .logical_table_name("customers")
        .build();
    let before = |name: &str| SchemaVersion::of::<Account>(name).encryptor(keys.clone());
    let actions = before("before").with("owner", dynaseal::AttributeAction::EncryptAndSign);
    for (request, parameter) in [
        (request().segments(5), "segments"),
        (request().only_segments(1..2), "segments"),
        (renamed.reencrypt().also_reads(before("before")), "logical table name"),
        (accounts(&client, &keys).reencrypt().also_reads(before("other")), "older versions"),
        (accounts(&client, &keys).reencrypt().also_reads(actions), "older versions"),
    ] {
        let error = request.checkpoint(&checkpoint).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(&format!("another \"{parameter}\"")), "{error}");
    }
    let import = import_plaintext(&accounts(&client, &keys), &checkpoint).await.unwrap_err();
    assert!(import.to_string().contains("another \"kind\""), "{import}");
    assert_eq!((stored(&client).await, fs::read(&checkpoint).unwrap()), (items, file));
}

#[tokio::test]
async fn a_damaged_checkpoint_is_rejected_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let (client, request) = interrupted(&checkpoint).await;
    let (items, file) = (stored(&client).await, fs::read_to_string(&checkpoint).unwrap());
    for (text, complaint) in [
        (file.replace("\"Start\"", "\"End\"").replace("rewritten\":", "rewritten\": "), "is damaged"),
        (file[..file.len() / 2].to_owned(), "is damaged"),
        (String::new(), "is not a dynaseal checkpoint"),
        (file.replace("checkpoint 1", "checkpoint 9"), "another version of dynaseal"),
    ] {
        fs::write(&checkpoint, &text).unwrap();
        let error = request().checkpoint(&checkpoint).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(complaint), "{error}");
        assert_eq!((stored(&client).await, fs::read_to_string(&checkpoint).unwrap()), (items.clone(), text));
    }
    // Without the checkpoint the migration starts again, and finds the migrated items.
    fs::remove_file(&checkpoint).unwrap();
    assert!(request().checkpoint(&checkpoint).await.unwrap().is_complete());
}

/// Two migrations that alternate on one file would each skip items that the other one has not migrated yet.
#[tokio::test]
async fn a_checkpoint_has_one_migration_at_a_time() {
    let (old, new) = (keys(), keys());
    let client = table_of(10, &old).await;
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let request = {
        let (client, checkpoint) = (client.clone(), checkpoint.clone());
        move || {
            let before = SchemaVersion::of::<Account>("before").encryptor(old.clone());
            accounts(&client, &new).reencrypt().also_reads(before).segments(1).checkpoint(&checkpoint)
        }
    };
    let errors = Arc::new(Mutex::new(Vec::new()));
    let beside = {
        let (errors, request) = (Arc::clone(&errors), request.clone());
        move |status: &Status| {
            // The first attempt is made beside the created file, the second one beside its replacement.
            if !status.is_verifying && (status.items == 1 || status.items == 10) {
                errors.lock().unwrap().push(complete(request().into_future()).unwrap_err());
            }
        }
    };
    let report = request().concurrency(1).progress(beside).await.unwrap();
    assert_eq!(report.rewritten(), 10);
    let errors = std::mem::take(&mut *errors.lock().unwrap());
    assert_eq!(errors.len(), 2);
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("another process uses the checkpoint"), "{error}");
    }
    // A completed migration releases the file.
    assert_eq!(request().await.unwrap().up_to_date(), 10);
}

#[cfg(unix)]
#[tokio::test]
async fn a_checkpoint_must_be_a_private_regular_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let (client, request) = interrupted(&checkpoint).await;
    let items = stored(&client).await;
    assert_eq!(fs::metadata(&checkpoint).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&checkpoint, fs::Permissions::from_mode(0o644)).unwrap();
    let error = request().checkpoint(&checkpoint).await.unwrap_err();
    assert!(error.to_string().contains("chmod 600"), "{error}");
    for path in [folder.path(), Path::new("/dev/full"), &folder.path().join("missing").join("checkpoint")] {
        assert_eq!(request().checkpoint(path).await.unwrap_err().kind(), ErrorKind::Unavailable, "{}", path.display());
    }
    assert_eq!(stored(&client).await, items);
}

/// Simulates a disk that fails during the run by removing the folder.
#[tokio::test]
async fn a_failing_checkpoint_write_ends_the_run_safely() {
    let (old, new) = (keys(), keys());
    let client = table_of(40, &old).await;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let seen = Arc::new(AtomicU64::new(0));
    let vanish = {
        let (inner, gone, seen) = (inner.clone(), folder.path().join("gone"), Arc::clone(&seen));
        move |_: &Status| {
            if seen.fetch_add(1, Ordering::Relaxed) == 12 {
                // The rename is atomic, regardless of a concurrent write.
                fs::rename(&inner, &gone).unwrap();
            }
        }
    };
    let before = || SchemaVersion::of::<Account>("before").encryptor(old.clone());
    let accounts = accounts(&client, &new);
    let request = accounts.reencrypt().also_reads(before()).checkpoint(inner.join("checkpoint")).progress(vanish);
    let error = request.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("cannot be written"), "{error}");
    fs::create_dir(&inner).unwrap();
    let report = accounts.reencrypt().also_reads(before()).checkpoint(inner.join("checkpoint")).await.unwrap();
    assert_eq!(report.rewritten() + report.up_to_date(), 40);
    assert_all(&accounts, 40).await;
}
