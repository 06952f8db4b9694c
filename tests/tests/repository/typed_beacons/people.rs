//! People with beacons so short that half of them collide.

use std::collections::BTreeSet;

use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::{EncryptedItem, NoTenant, Repository, Tenancy};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    index(name = "by-email", partition = email, sort = number),
    index(name = "by-last4", partition = last4, sort = number, projection = keys_only),
    beacon(name = last4, of = ssn, suffix = 4, bits = 1),
    beacon(name = email_beginning, of = email, bits = 1, extension, prefixes = 4..=7, lowercase),
    beacon(name = resume_pieces, of = resume, bits = 1, extension, ngrams = 3),
    partitions = 3
)]
pub(super) struct Person {
    #[partition_key]
    pub(super) id: String,
    #[sign_only]
    pub(super) number: u32,
    #[sign_only]
    pub(super) team: Option<String>,
    #[item(beacon(bits = 1, lowercase))]
    pub(super) email: String,
    #[item(beacon(bits = 1, lowercase, shared = email))]
    pub(super) backup: Option<String>,
    #[item(set, beacon(bits = 1, partitions = 2))]
    pub(super) skills: BTreeSet<String>,
    #[item(beacon(bits = 1, name = level_v2))]
    pub(super) level: u32,
    pub(super) ssn: String,
    #[item(beacon(bits = 1, extension, words, lowercase, partitions = 2))]
    pub(super) resume: String,
    #[item(beacon(bits = 1, extension, buckets = 100))]
    pub(super) balance: Option<i32>,
}

/// Words, of which one begins with another.
pub(super) const LANGUAGES: [&str; 6] = ["Rust", "Rusty", "SQL", "C", "Ada", "Stata"];

impl Person {
    /// Returns the person of this number. Several people share some of the values.
    pub(super) fn new(number: u32) -> Self {
        let index = |step: u32| (number / step) as usize % LANGUAGES.len();
        Self {
            id: format!("p-{number}"),
            number,
            team: (!number.is_multiple_of(3)).then(|| format!("team-{}", number % 4)),
            email: format!("User-{}@Example.com", number % 50),
            backup: number.is_multiple_of(2).then(|| format!("user-{}@example.com", number % 14)),
            skills: (0..number % 4).map(|skill| format!("skill-{}", (number / 4 + skill) % 9)).collect(),
            level: number % 11,
            ssn: format!("123-45-{:04}", number % 90),
            resume: format!("{} {}-{}", LANGUAGES[index(7)], LANGUAGES[index(3)], number % 20),
            balance: (number % 5 != 4).then(|| (number as i32 * 37) % 1_400 - 700),
        }
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        self.resume.split([' ', '-']).any(|found| found.eq_ignore_ascii_case(word))
    }

    pub(super) fn has_email(&self, email: &str) -> bool {
        self.email.eq_ignore_ascii_case(email)
    }
}

/// Creates a table in memory for an entity with beacons.
pub(super) async fn table<T: EncryptedItem + Tenancy<Kind = NoTenant>>(name: &str) -> Repository<T> {
    let keyring = RawAesKeyring::new("tests", "2026", &AesKey::generate().unwrap()).unwrap();
    let repository = Repository::<T>::builder(Database::in_memory().unwrap().client())
        .table(name)
        .keyring(keyring)
        .beacons(BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap()))
        .build();
    repository.create_table().await.unwrap();
    repository
}

/// Creates a table with this many people.
pub(super) async fn people(count: u32) -> (Repository<Person>, Vec<Person>) {
    let people = table("people").await;
    let all: Vec<Person> = (0..count).map(Person::new).collect();
    people.write_many(all.clone()).await.unwrap();
    (people, all)
}

/// Returns the numbers of people in order.
pub(super) fn numbers<'a>(people: impl IntoIterator<Item = &'a Person>) -> Vec<u32> {
    let mut numbers: Vec<u32> = people.into_iter().map(|person| person.number).collect();
    numbers.sort_unstable();
    numbers
}
