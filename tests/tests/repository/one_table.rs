//! One table for several entities: its creation, its check, and the errors of web services.

use dynaseal::embedded::Database;
use dynaseal::keyrings::KeyFileKeyring;
use dynaseal::materials::KeyFileProvider;
use dynaseal::repository::provision::Severity;
use dynaseal::{EncryptedItem, Error, ErrorKind, Expiry, Repository};

use dynaseal_tests::entity_store::TABLE;
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "team", index(name = "by-floor", partition = floor))]
struct Team {
    #[partition_key]
    id: String,
    #[sort_key]
    line: String,
    #[sign_only]
    floor: u32,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "session", index(name = "by-user", partition = user), index(name = "by-floor", partition = floor))]
struct Session {
    #[partition_key]
    id: String,
    #[sort_key]
    line: String,
    #[sign_only]
    user: String,
    #[sign_only]
    floor: Option<u32>,
    #[do_nothing]
    #[item(ttl)]
    expires: Expiry,
}

dynaseal::entities! {
    #[derive(Clone, Debug, PartialEq)]
    enum Office {
        Team(Team),
        Session(Session),
    }
}

fn repositories() -> (aws_sdk_dynamodb::Client, Repository<Team>, Repository<Session>) {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let teams = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
    let sessions = Repository::builder(client.clone()).table(TABLE).encryptor(keys).build();
    (client, teams, sessions)
}

fn session(id: &str) -> Session {
    let expires = Expiry::from_seconds(4_000_000_000);
    Session { id: id.to_owned(), line: "s".to_owned(), user: "ada".to_owned(), floor: None, expires }
}

#[tokio::test]
async fn a_group_creates_and_checks_the_union() {
    let (client, teams, sessions) = repositories();
    teams.create_table().entities::<Office>().await.unwrap();
    let table = client.describe_table().table_name(TABLE).send().await.unwrap().table.unwrap();
    let mut names: Vec<&str> = table.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["by-floor", "by-user"]);
    let ttl = client.describe_time_to_live().table_name(TABLE).send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some("expires"));
    for report in [teams.check_table().entities::<Office>().await, sessions.check_table().entities::<Office>().await] {
        assert!(report.as_ref().unwrap().is_ok(), "{}", report.unwrap());
    }

    // The index of the other entity works.
    sessions.create(&session("1")).await.unwrap();
    let found = sessions.query_index(Session::indexes().by_user, "ada").collect().await.unwrap();
    assert_eq!(found, [session("1")]);
}

#[tokio::test]
async fn a_table_of_one_entity_lacks_the_indexes_of_others() {
    let (_, teams, sessions) = repositories();
    teams.create_table().await.unwrap();
    assert!(teams.check_table().await.unwrap().is_ok());
    let report = teams.check_table().entities::<Office>().await.unwrap();
    assert_eq!(report.severity(), Some(Severity::Error), "{report}");
    let error = sessions.create_table().entities::<Office>().if_missing().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.to_string().contains("by-user"), "{error}");
}

#[tokio::test]
async fn a_table_is_created_if_it_is_missing() {
    let (_, teams, _) = repositories();
    for _ in 0..2 {
        teams.create_table().if_missing().await.unwrap();
    }
    assert_eq!(teams.create_table().await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    // A table with another key schema cannot be used.
    let client = Database::in_memory().unwrap().client();
    let others: Repository<Other> = Repository::builder(client.clone()).table(TABLE).encryptor(keys()).build();
    others.create_table().if_missing().await.unwrap();
    let teams: Repository<Team> = Repository::builder(client).table(TABLE).encryptor(keys()).build();
    assert_eq!(teams.create_table().if_missing().await.unwrap_err().kind(), ErrorKind::AlreadyExists);
}

#[derive(EncryptedItem)]
struct Other {
    #[partition_key]
    other_id: u64,
}

#[tokio::test]
async fn a_key_file_is_created_once_for_both_formats() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dynaseal.key");
    KeyFileProvider::open_or_create(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    KeyFileProvider::open_or_create(&path).unwrap();
    KeyFileKeyring::open_or_create(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    KeyFileKeyring::open_or_create(folder.path().join("other.key")).unwrap();
    KeyFileProvider::open(folder.path().join("other.key")).unwrap();
    // An existing file is never replaced.
    let damaged = folder.path().join("damaged.key");
    std::fs::write(&damaged, "not a key file").unwrap();
    assert_eq!(KeyFileProvider::open_or_create(&damaged).unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(KeyFileKeyring::open_or_create(&damaged).unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(std::fs::read_to_string(&damaged).unwrap(), "not a key file");
    let nowhere = folder.path().join("no folder").join("dynaseal.key");
    assert_eq!(KeyFileProvider::open_or_create(&nowhere).unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(KeyFileKeyring::open_or_create(nowhere).unwrap_err().kind(), ErrorKind::Materials);
    #[cfg(unix)]
    {
        let link = folder.path().join("link.key");
        std::os::unix::fs::symlink(folder.path().join("nothing"), &link).unwrap();
        assert_eq!(KeyFileProvider::open_or_create(&link).unwrap_err().kind(), ErrorKind::Materials);
        assert_eq!(KeyFileKeyring::open_or_create(&link).unwrap_err().kind(), ErrorKind::Materials);
    }
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "T#{tenant}#U#{user}"))]
struct Account {
    #[sign_only]
    tenant: String,
    #[sign_only]
    user: String,
    #[sort_key]
    day: String,
}

fn account(tenant: &str, day: &str) -> Account {
    Account { tenant: tenant.to_owned(), user: "u".to_owned(), day: day.to_owned() }
}

#[tokio::test]
async fn keys_sent_by_clients_are_client_errors() {
    let client = Database::in_memory().unwrap().client();
    let accounts: Repository<Account> = Repository::builder(client).table(TABLE).encryptor(keys()).build();
    accounts.create_table().await.unwrap();
    let (long, longer) = ("x".repeat(1025), "x".repeat(2049));
    for (tenant, day) in [("", "1"), ("a#U#b", "1"), ("a", ""), ("a", long.as_str()), (longer.as_str(), "1")] {
        let key = || (tenant, "u", day);
        let short = |text: &str| text.chars().take(5).collect::<String>();
        let is_refused = |error: Error| {
            let what = format!("{:?} {:?}: {error}", short(tenant), short(day));
            assert_eq!((error.kind(), error.http_status()), (ErrorKind::Codec, 400), "{what}");
        };
        is_refused(accounts.get(key()).await.unwrap_err());
        is_refused(accounts.fetch(key()).await.unwrap_err());
        is_refused(accounts.delete(key()).await.unwrap_err());
        is_refused(accounts.update_with(key(), |_| ()).await.unwrap_err());
        is_refused(accounts.create(&account(tenant, day)).await.unwrap_err());
        is_refused(accounts.put(&account(tenant, day)).await.unwrap_err());
    }
    let is_conflict = accounts.create(&account("a", "1")).await.and(accounts.create(&account("a", "1")).await);
    assert_eq!(is_conflict.unwrap_err().http_status(), 409);
    assert_eq!(accounts.replace(&account("b", "1")).await.unwrap_err().http_status(), 404);
    // A missing table is not a client error.
    let missing: Repository<Account> =
        Repository::builder(Database::in_memory().unwrap().client()).table(TABLE).encryptor(keys()).build();
    assert_eq!(missing.get(("a", "u", "1")).await.unwrap_err().http_status(), 500);
}
