//! The program that manages branch keys, run by an administrator beside a process that uses them.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dynaseal::embedded::Database;
use dynaseal::keyrings::HierarchicalKeyring;
use dynaseal::{EncryptedItem, ErrorKind, Repository};
use dynaseal_examples::key_store::on_trial;

const TTL: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    #[sort_key]
    number: u64,
    card: String,
}

/// Returns the exit code and the output.
#[track_caller]
fn run(folder: &Path, arguments: &str, code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_branch_keys"));
    command.env_clear().current_dir(folder).args(arguments.split_whitespace());
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert_eq!(status.code(), Some(code), "{arguments}: {said}");
    said
}

#[test]
fn branch_keys_are_managed_and_written_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let dry = |arguments: &str, code| run(folder.path(), &format!("--database keys.sqlite {arguments}"), code);
    let write = |arguments: &str, code| dry(&format!("--write {arguments}"), code);
    assert!(run(folder.path(), "--help", 0).contains("--write"));
    assert!(dry("create-table", 0).contains("Nothing was written"));
    assert!(dry("list", 1).contains("does not exist"));
    write("create-table", 0);

    assert!(dry("create acme --context department=sales", 0).contains("Would create"));
    assert!(dry("list", 0).is_empty());
    assert!(write("create acme", 1).contains("encryption context"));
    write("create acme --context department=sales", 0);
    assert!(write("create acme --context department=sales", 1).contains("already"));
    write("create", 0);
    assert_eq!(dry("list", 0).lines().count(), 2);

    assert!(dry("version acme", 0).contains("version 2"));
    assert_eq!(dry("show acme", 0).matches("version     ").count(), 1);
    write("version acme", 0);
    let shown = dry("show acme", 0);
    assert_eq!(shown.matches("version     ").count(), 2);
    assert!(shown.contains("department=sales") && shown.contains("active"), "{shown}");

    assert!(dry("shred acme", 0).contains("2 versions"));
    assert!(!dry("show acme", 0).contains("shredded"));
    assert!(write("shred acme", 0).contains("4 records"));
    assert!(dry("show acme", 0).contains("shredded"));
    assert!(write("create acme --context department=sales", 1).contains("shredded"));
    assert!(write("shred typing-error", 1).contains("nothing was shredded"));
    run(folder.path(), "list", 2);
}

/// Another process deletes a branch key that this one has cached.
#[tokio::test]
async fn a_process_stops_within_its_ttl_after_another_one_shreds_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let program = |arguments: &str| run(folder.path(), &format!("--database keys.sqlite --write {arguments}"), 0);
    program("create-table");
    program("create acme --context purpose=orders");
    program("create initech --context purpose=orders");

    let now = Arc::new(Mutex::new(Instant::now()));
    let clock = Arc::clone(&now);
    let database = Database::open(folder.path().join("keys.sqlite")).unwrap();
    let keyring = HierarchicalKeyring::new(on_trial(&database, "branch-keys").unwrap(), TTL).unwrap();
    let keyring = keyring.clock(move || *clock.lock().unwrap()).on_first_use(|_| true, [("purpose", "orders")]);
    let client = Database::in_memory().unwrap().client();
    let orders: Repository<Order> = Repository::builder(client).table("orders").keyring(keyring).build();
    orders.create_table().await.unwrap();
    let order = |shop: &str| Order { shop: shop.to_owned(), number: 1, card: "4242".to_owned() };
    for shop in ["acme", "initech"] {
        orders.create(&order(shop)).await.unwrap();
    }

    program("shred acme");
    // Cached keys remain usable, but only until the TTL.
    assert_eq!(orders.get(("acme", 1)).await.unwrap(), Some(order("acme")));
    *now.lock().unwrap() += TTL + Duration::from_secs(1);
    assert_eq!(orders.get(("acme", 1)).await.unwrap_err().kind(), ErrorKind::Materials);
    let error = orders.put(&order("acme")).await.unwrap_err();
    assert!(error.to_string().contains("shredded"), "{error}");
    assert_eq!(orders.get(("initech", 1)).await.unwrap(), Some(order("initech")));
}
