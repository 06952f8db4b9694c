//! Records of a key store, and items with branch keys and beacons.
#![cfg(feature = "kms")]

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::keyrings::{BeaconKeys, HierarchicalKeyring, KeyStore, NewBranchKey};
use dynaseal::{AttributeValue, EncryptedItem, Repository, danger};
use dynaseal_examples::key_store::on_trial;
use tempfile::TempDir;

use super::{Output, inspect};

#[derive(Clone, EncryptedItem)]
struct Member {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 10))]
    email: String,
    #[item(set, beacon(bits = 12))]
    skills: BTreeSet<String>,
    #[do_nothing]
    logins: u64,
}

/// A key store with two branch keys, and a member with one of them, in one database.
pub(super) struct Club {
    pub(super) folder: TempDir,
    key_store: KeyStore,
    database: Database,
}

impl Club {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path().join("club.db")).unwrap();
        let key_store = on_trial(&database, "branch-keys").unwrap();
        key_store.create_table().await.unwrap();
        for id in ["chess", "rowing"] {
            key_store.create_branch_key(NewBranchKey::with_id(id).context("purpose", "members")).await.unwrap();
        }
        key_store.version_branch_key("chess").await.unwrap();
        let keyring = HierarchicalKeyring::new(key_store.clone(), Duration::from_secs(60)).unwrap().branch_key("chess");
        let members: Repository<Member> = Repository::builder(database.client())
            .table("members")
            .keyring(keyring)
            .beacons(BeaconKeys::key_store(key_store.clone(), "chess"))
            .build();
        members.create_table().await.unwrap();
        let skills = ["openings".to_owned(), "endgames".to_owned()].into();
        let ann = Member { id: "m-1".into(), email: "ann@example.com".into(), skills, logins: 7 };
        members.create(&ann).await.unwrap();
        Self { folder, key_store, database }
    }

    pub(super) fn inspect(&self, table: &str, more: &[&str]) -> Output {
        let file = self.folder.path().join("club.db");
        let table = ["--table", table, "--limit", "20", "--embedded", file.to_str().unwrap()];
        inspect(table.iter().chain(more))
    }
}

const KEY_STORE: &[&str] = &["--key-store", "branch-keys"];

#[tokio::test(flavor = "multi_thread")]
async fn records_are_shown_and_verified_by_kms() {
    let club = Club::new().await;
    let unverified = club.inspect("branch-keys", &[]);
    assert_eq!(unverified.code, Some(0), "{}", unverified.stderr);
    for line in [
        "format      record of a key store",
        "branch key  rowing",
        "holds       the version that items are written with",
        "holds       the beacon key",
        "KMS key     arn:aws:kms:us-west-2:",
        "context     purpose",
        "not verified: no keys were given",
    ] {
        assert!(unverified.stdout.contains(line), "{line} is missing: {}", unverified.stdout);
    }
    // Two branch keys, of which one has two versions: each has a beacon key and an active record.
    let verified = club.inspect("branch-keys", KEY_STORE);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    assert_eq!(verified.stdout.matches("verified with the given keys").count(), 7, "{}", verified.stdout);
    assert!(!verified.stdout.contains("members"), "the context's values are not shown: {}", verified.stdout);

    // What KMS binds a key to cannot be changed.
    let client = club.database.client();
    let records = client.scan().table_name("branch-keys").send().await.unwrap().items.unwrap();
    let is_beacon = |record: &&dynaseal::Item| record["type"] == AttributeValue::S("beacon:ACTIVE".into());
    let mut record = records.iter().find(is_beacon).unwrap().clone();
    record.insert("create-time".into(), AttributeValue::S("2001-01-01T00:00:00.000000Z".into()));
    client.put_item().table_name("branch-keys").set_item(Some(record)).send().await.unwrap();
    let changed = club.inspect("branch-keys", KEY_STORE);
    assert_eq!(changed.code, Some(3), "{}", changed.stdout);
    assert_eq!(changed.stdout.matches("NOT VERIFIED: ").count(), 1, "{}", changed.stdout);
    let other_name = club.inspect("branch-keys", &[KEY_STORE, &["--key-store-name", "other"]].concat());
    assert_eq!(other_name.stdout.matches("NOT VERIFIED: ").count(), 7, "{}", other_name.stdout);

    danger::shred(&club.key_store, "rowing").await.unwrap();
    let shredded = club.inspect("branch-keys", &[]);
    assert!(shredded.stdout.contains("a tombstone: the branch key was shredded"), "{}", shredded.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_shows_its_branch_key_and_its_beacons() {
    let club = Club::new().await;
    let unsigned = ["--action", "logins=nothing"];
    let verified = club.inspect("members", &[&unsigned, KEY_STORE].concat());
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    for words in [
        "beacon email",
        "a hash of at most 12 bits, not signed",
        "beacon skills",
        "2 hashes of at most 12 bits, not signed",
        "recipient   aws-kms-hierarchy chess version ",
        "verified with the given keys",
    ] {
        assert!(verified.stdout.contains(words), "{words} is missing: {}", verified.stdout);
    }
    let stored = club.database.client().scan().table_name("members").send().await.unwrap().items.unwrap();
    let hash = stored[0]["aws_dbe_b_email"].as_s().unwrap();
    let json = club.inspect("members", &[&unsigned[..], &["--json"]].concat());
    let beacons = json.json()["items"][0]["beacons"].clone();
    assert_eq!((&beacons[0]["name"], &beacons[0]["hashes"]), (&"email".into(), &1.into()));
    assert_eq!((&beacons[1]["stored_type"], &beacons[1]["hashes"]), (&"SS".into(), &2.into()));
    assert!(!json.stdout.contains(&format!("\"{hash}\"")), "{}", json.stdout);

    danger::shred(&club.key_store, "chess").await.unwrap();
    let shredded = club.inspect("members", &[&unsigned, KEY_STORE].concat());
    assert_eq!(shredded.code, Some(3), "{}", shredded.stdout);
    assert!(shredded.stdout.contains("shredded never comes back"), "{}", shredded.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_another_kind_verify_no_record() {
    let club = Club::new().await;
    let key_file = club.folder.path().join("club.key");
    dynaseal::materials::KeyFileProvider::create(&key_file).unwrap();
    let output = club.inspect("branch-keys", &["--key-file", key_file.to_str().unwrap()]);
    assert_eq!(output.code, Some(3));
    assert!(output.stdout.contains("can be verified with `--key-store`"), "{}", output.stdout);

    // The report names the missing parts of a record.
    let file = club.folder.path().join("record.json");
    fs::write(&file, r#"{"branch-key-id": {"S": "chess"}, "type": {"S": "branch:ACTIVE"}}"#).unwrap();
    let output = inspect(["--file", file.to_str().unwrap()]);
    for name in ["enc", "kms-arn", "create-time", "version", "hierarchy-version"] {
        assert!(output.stdout.contains(&format!("missing     {name}")), "{}", output.stdout);
    }
}
