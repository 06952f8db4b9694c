//! Queries by a beacon beside the same queries by a readable attribute.
//!
//! Long run, with a table in a file: `DYNASEAL_ITEMS=1000000 cargo test --release -p dynaseal-tests --test repository --
//! --nocapture typed_beacons::scale::`.

use std::time::{Duration, Instant};

use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::{EncryptedItem, Repository};

/// The number of queries of each kind.
const QUERIES: u32 = 100;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-email", partition = email), index(name = "by-readable-email", partition = readable_email))]
struct Account {
    #[partition_key]
    id: u32,
    #[item(beacon(bits = 24))]
    email: String,
    #[sign_only]
    readable_email: String,
}

fn account(id: u32) -> Account {
    let email = format!("user-{id}@example.com");
    Account { id, email: email.clone(), readable_email: email }
}

#[tokio::test]
async fn a_query_by_a_beacon_finds_what_a_query_by_a_readable_attribute_finds() {
    let count: u32 = std::env::var("DYNASEAL_ITEMS").map_or(300, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let accounts = Repository::<Account>::builder(Database::open(folder.path().join("accounts.db")).unwrap().client())
        .table("accounts")
        .keyring(RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap())
        .beacons(BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap()))
        .build();
    accounts.create_table().await.unwrap();
    let ids: Vec<u32> = (0..count).collect();
    for ids in ids.chunks(1_000) {
        accounts.write_many(ids.iter().copied().map(account).collect::<Vec<_>>()).await.unwrap();
    }
    let (mut by_beacon, mut by_value) = (Vec::new(), Vec::new());
    for query in 0..QUERIES {
        let wanted = account((u64::from(query) * 7_919 % u64::from(count)) as u32);
        let timed = |times: &mut Vec<Duration>, start: Instant| times.push(start.elapsed());
        let start = Instant::now();
        let found = accounts.query_index(Account::indexes().by_email, &*wanted.email).collect().await.unwrap();
        timed(&mut by_beacon, start);
        assert_eq!(found, std::slice::from_ref(&wanted));
        let start = Instant::now();
        let index = Account::indexes().by_readable_email;
        let found = accounts.query_index(index, &*wanted.readable_email).collect().await.unwrap();
        timed(&mut by_value, start);
        assert_eq!(found, [wanted]);
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    println!(
        "search: {count} items, {QUERIES} queries each: median {:?} by a beacon of 24 bits, {:?} by a readable attribute",
        median(by_beacon),
        median(by_value)
    );
    let nobody = accounts.query_index(Account::indexes().by_email, "nobody@example.com").collect().await.unwrap();
    assert_eq!(nobody, []);
}
