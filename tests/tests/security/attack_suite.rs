//! An attack for each row of `SECURITY.md` about an attacker who can write to the table, derived from that document and
//! not from the code. Each one is tried through every read and every safe write, in both formats.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, Number, Repository, transact_get};
use dynaseal_tests::seed::seed;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// The text of every integrity error, regardless of the change.
const INTEGRITY: &str =
    "the item failed verification: it was not written with these keys, attribute actions and table name";
const TABLE: &str = "accounts";
const OTHER_TABLE: &str = "archive";
/// The attributes that the two formats add to an item.
const ADDED: [&str; 4] = ["*amzn-ddb-map-sig*", "*amzn-ddb-map-desc*", "aws_dbe_head", "aws_dbe_foot"];

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "account")]
struct Account {
    #[partition_key]
    id: String,
    salary: Number,
    note: Option<String>,
    #[sign_only]
    department: String,
    #[sign_only]
    grade: Number,
    #[do_nothing]
    visits: u64,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "manager")]
struct Manager {
    #[partition_key]
    id: String,
    salary: Number,
    note: Option<String>,
    #[sign_only]
    department: String,
    #[sign_only]
    grade: Number,
    #[do_nothing]
    visits: u64,
}

fn account(id: &str) -> Account {
    let note = Some(format!("the note of {id}"));
    let (salary, grade) = (Number::from(4200), "1.5".parse().unwrap());
    Account { id: id.to_owned(), salary, note, department: "Legal".to_owned(), grade, visits: 7 }
}

/// A table under attack: `a` is the victim, `b` is another item, and `older` is the previous version of `a`.
struct World {
    format: &'static str,
    client: Client,
    accounts: Repository<Account>,
    a: Item,
    b: Item,
    older: Item,
    /// The items with the same keys in another table, and of another entity.
    elsewhere: Item,
    manager: Item,
}

fn key(id: &str) -> Item {
    Item::from([("id".to_owned(), AttributeValue::S(id.to_owned()))])
}

async fn stored(client: &Client, table: &str, id: &str) -> Item {
    client.get_item().table_name(table).set_key(Some(key(id))).send().await.unwrap().item.unwrap()
}

impl World {
    async fn both() -> [Self; 2] {
        let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
        let keyring = RawAesKeyring::new("tests", "key", &AesKey::generate().unwrap()).unwrap();
        let ddbec = Database::in_memory().unwrap().client();
        let of_ddbec =
            |table: &str| Repository::builder(ddbec.clone()).table(table).materials(provider.clone()).build();
        let managers = Repository::builder(ddbec.clone()).table(TABLE).materials(provider.clone()).build();
        let first = Self::new("DDBEC", ddbec.clone(), of_ddbec, managers).await;
        let dbesdk = Database::in_memory().unwrap().client();
        let of_dbesdk = |table: &str| Repository::builder(dbesdk.clone()).table(table).keyring(keyring.clone()).build();
        let managers = Repository::builder(dbesdk.clone()).table(TABLE).keyring(keyring.clone()).build();
        [first, Self::new("DB-ESDK", dbesdk.clone(), of_dbesdk, managers).await]
    }

    async fn new(
        format: &'static str,
        client: Client,
        table: impl Fn(&str) -> Repository<Account>,
        managers: Repository<Manager>,
    ) -> Self {
        let (accounts, archive) = (table(TABLE), table(OTHER_TABLE));
        accounts.create_table().await.unwrap();
        archive.create_table().await.unwrap();
        archive.create(&account("a")).await.unwrap();
        let Account { id, salary, note, department, grade, visits } = account("a");
        managers.create(&Manager { id, salary, note, department, grade, visits }).await.unwrap();
        let manager = stored(&client, TABLE, "a").await;
        accounts.put(&Account { salary: Number::from(1), ..account("a") }).await.unwrap();
        let older = stored(&client, TABLE, "a").await;
        accounts.put(&account("a")).await.unwrap();
        accounts.put(&account("b")).await.unwrap();
        let (a, b) = (stored(&client, TABLE, "a").await, stored(&client, TABLE, "b").await);
        let elsewhere = stored(&client, OTHER_TABLE, "a").await;
        Self { format, client, accounts, a, b, older, elsewhere, manager }
    }

    async fn store(&self, item: &Item) {
        self.client.put_item().table_name(TABLE).set_item(Some(item.clone())).send().await.unwrap();
    }

    /// Returns the results of every read of `a`, and of the safe writes, which read it.
    async fn outcomes(&self, item: &Item) -> Vec<(&'static str, Result<Option<Account>, dynaseal::Error>)> {
        let Self { accounts, .. } = self;
        let mut outcomes = Vec::new();
        outcomes.push(("get", accounts.get("a").await));
        outcomes.push(("fetch", accounts.fetch("a").await.map(|read| read.map(|read| read.into_inner()))));
        outcomes.push(("query", accounts.query("a").collect().await.map(|mut found| found.pop())));
        let scanned = accounts.scan().collect().await;
        outcomes.push(("scan", scanned.map(|found| found.into_iter().find(|account| account.id == "a"))));
        outcomes.push(("get_many", accounts.get_many(["a"]).await.remove(0)));
        outcomes.push(("transact_get", transact_get((accounts.get("a"),)).await.map(|(found,)| found)));
        outcomes.push(("decrypt", accounts.decrypt(item.clone()).await.map(Some)));
        let update = accounts.update_with("a", |account| account.visits += 1);
        outcomes.push(("update_with", update.await.map(|_| Some(account("a")))));
        self.store(item).await;
        outcomes
    }

    /// Asserts that a changed item is rejected by every operation with the same text.
    async fn rejects(&self, what: &str, item: &Item) {
        self.store(item).await;
        for (read, outcome) in self.outcomes(item).await {
            let what = format!("{}, {read}: {what}", self.format);
            // The server filters by the discriminator, so changing it omits the item.
            let is_omitted = item.get("entity") != self.a.get("entity") && ["query", "scan"].contains(&read);
            if is_omitted && matches!(outcome, Ok(None)) {
                continue;
            }
            let error = outcome.map(|read| panic!("{what}: {read:?}")).unwrap_err();
            // An authentic item of another entity is verified before it is rejected.
            let is_genuine = item == &self.manager && error.kind() == ErrorKind::Schema;
            let is_rejected = matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Materials) || is_genuine;
            assert!(is_rejected, "{what}: {error}");
            // Errors in a header, or in the number of signed attributes, are visible without a key.
            let text = error.to_string();
            let is_visible = error.kind() == ErrorKind::Materials
                || ["the header ", " signed attributes, "].iter().any(|visible| text.contains(visible));
            let is_opaque = is_visible || is_genuine || text.contains(INTEGRITY);
            assert!(is_opaque, "{what}: {error}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("4200") && !shown.contains("the note"), "{what}: {shown}");
        }
        // The tampered item was not overwritten.
        assert_eq!(&stored(&self.client, TABLE, "a").await, item, "{}: {what}", self.format);
        self.store(&self.a).await;
    }

    async fn accepts(&self, what: &str, item: &Item, expected: &Account) {
        self.store(item).await;
        for (read, outcome) in self.outcomes(item).await {
            let found = outcome.unwrap_or_else(|error| panic!("{}, {read}: {what}: {error}", self.format));
            let is_write = read == "update_with";
            assert!(is_write || found.as_ref() == Some(expected), "{}, {read}: {what}: {found:?}", self.format);
        }
        self.store(&self.a).await;
    }

    /// Returns the protected attributes.
    fn protected(&self) -> Vec<String> {
        let mut names: Vec<String> = self.a.keys().filter(|name| *name != "visits" && *name != "id").cloned().collect();
        names.sort_unstable();
        names
    }
}

fn with(item: &Item, name: &str, value: AttributeValue) -> Item {
    let mut item = item.clone();
    item.insert(name.to_owned(), value);
    item
}

fn without(item: &Item, name: &str) -> Item {
    let mut item = item.clone();
    item.remove(name);
    item
}

/// Flips one bit of a value.
fn flipped(value: &AttributeValue, bit: usize) -> AttributeValue {
    let flip = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let at = bit / 8 % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << (bit % 8);
        }
        bytes
    };
    match value {
        AttributeValue::B(blob) => AttributeValue::B(flip(blob.as_ref()).into()),
        AttributeValue::S(text) => {
            AttributeValue::S(String::from_utf8(flip(text.as_bytes())).unwrap_or_else(|_| format!("{text}x")))
        }
        AttributeValue::N(_) => AttributeValue::N(format!("{}", bit + 2)),
        other => other.clone(),
    }
}

#[tokio::test]
async fn flipped_swapped_copied_removed_and_added_attributes_are_rejected() {
    for world in World::both().await {
        for name in world.protected() {
            for bit in [0, 7, 40, 1001] {
                let changed = with(&world.a, &name, flipped(&world.a[&name], bit));
                let what = format!("bit {bit} of {name}");
                // The description of DDBEC is not signed, and some of its entries are optional.
                match name == "*amzn-ddb-map-desc*" && world.accounts.decrypt(changed.clone()).await.is_ok() {
                    true => world.accepts(&what, &changed, &account("a")).await,
                    false => world.rejects(&what, &changed).await,
                }
            }
            world.rejects(&format!("without {name}"), &without(&world.a, &name)).await;
            for other in world.protected() {
                if world.a[&name] != world.a[&other] && !ADDED.contains(&other.as_str()) {
                    world
                        .rejects(
                            &format!("{name} in place of {other}"),
                            &with(&world.a, &other, world.a[&name].clone()),
                        )
                        .await;
                }
            }
        }
        for name in ["added", "aws:rep:mine", "aws:rep:deleting2", "*amzn-ddb-map-other*"] {
            let added = with(&world.a, name, AttributeValue::S("x".to_owned()));
            world.rejects(&format!("added {name}"), &added).await;
        }
        // The attributes that DynamoDB adds to global tables are not an attack.
        let replicated = with(&world.a, "aws:rep:deleting", AttributeValue::Bool(false));
        world.accepts("aws:rep:deleting", &replicated, &account("a")).await;
    }
}

#[tokio::test]
async fn parts_of_other_items_are_rejected() {
    for world in World::both().await {
        let World { a, b, older, elsewhere, manager, .. } = &world;
        for source in [b, older, elsewhere, manager] {
            for name in world.protected() {
                if source[&name] != a[&name] {
                    world.rejects(&format!("{name} of another item"), &with(a, &name, source[&name].clone())).await;
                }
            }
            let proof = ADDED.iter().filter_map(|name| Some((name, source.get(*name)?)));
            let proven = proof.fold(a.clone(), |item, (name, value)| with(&item, name, value.clone()));
            world.rejects("the proof of another item", &proven).await;
        }
        world.rejects("another item under this key", &with(b, "id", a["id"].clone())).await;
        world.rejects("the item of another table", elsewhere).await;
        world.rejects("another entity", manager).await;
    }
}

#[tokio::test]
async fn an_item_without_its_signature_is_rejected() {
    for world in World::both().await {
        let stripped = ADDED.iter().fold(world.a.clone(), |item, name| without(&item, name));
        world.rejects("without any proof", &stripped).await;
        let plain = [("salary", AttributeValue::N("9".to_owned())), ("note", AttributeValue::S("forged".to_owned()))];
        let plain = plain.into_iter().fold(stripped, |item, (name, value)| with(&item, name, value));
        world.rejects("plaintext", &plain).await;
        for name in ADDED.iter().filter(|name| world.a.contains_key(**name)) {
            for value in [
                AttributeValue::B(Vec::new().into()),
                AttributeValue::B(vec![0; 1000].into()),
                AttributeValue::S("x".to_owned()),
                AttributeValue::Null(true),
            ] {
                world.rejects(&format!("another {name}"), &with(&world.a, name, value)).await;
            }
        }
    }
}

#[tokio::test]
async fn an_item_with_the_marks_of_both_formats_is_rejected() {
    let [ddbec, dbesdk] = World::both().await;
    for (world, other) in [(&ddbec, &dbesdk), (&dbesdk, &ddbec)] {
        let marks = ADDED.iter().filter_map(|name| Some((name, other.a.get(*name)?)));
        let both = marks.fold(world.a.clone(), |item, (name, value)| with(&item, name, value.clone()));
        world.rejects("marks of both formats", &both).await;
        world.rejects("the other format", &other.a).await;
    }
}

#[tokio::test]
async fn undetected_attacks_are_documented() {
    for world in World::both().await {
        let older = Account { salary: Number::from(1), ..account("a") };
        world.accepts("an older version of the whole item", &world.older, &older).await;
        let visited = with(&world.a, "visits", AttributeValue::N("1000000".to_owned()));
        world.accepts("an unsigned attribute", &visited, &Account { visits: 1_000_000, ..account("a") }).await;
        world.client.delete_item().table_name(TABLE).set_key(Some(key("a"))).send().await.unwrap();
        assert_eq!(world.accounts.get("a").await.unwrap(), None);
        assert_eq!(world.accounts.scan().collect().await.unwrap(), [account("b")]);
    }
}

#[tokio::test]
async fn a_signed_number_has_one_value_in_every_notation() {
    for world in World::both().await {
        for spelling in ["1.50", "15E-1", "0.15e+1", "+1.5"] {
            let respelled = with(&world.a, "grade", AttributeValue::N(spelling.to_owned()));
            // The embedded store normalizes numbers like DynamoDB, so `decrypt` reads the item of a lying server.
            let read = world.accounts.decrypt(respelled).await;
            match read {
                Ok(read) => assert_eq!(read.grade.to_string(), "1.5", "{}: {spelling}", world.format),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Integrity, "{}: {spelling}", world.format),
            }
        }
        for other in ["1.51", "15", "-1.5", "NaN", "1.5 ", "", &"9".repeat(300), "1.5E100000000000"] {
            let changed = with(&world.a, "grade", AttributeValue::N(other.to_owned()));
            let error = world.accounts.decrypt(changed).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{}: {other:.20}", world.format);
        }
    }
}

#[tokio::test]
async fn a_forged_attribute_satisfies_no_condition() {
    for world in World::both().await {
        let forged = with(&world.a, "department", AttributeValue::S("approved".to_owned()));
        world.store(&forged).await;
        let is_approved = || Account::fields().department.eq("approved");
        let accounts = &world.accounts;
        let kinds = [
            accounts.put(&account("a")).when(is_approved()).await.unwrap_err().kind(),
            accounts.delete("a").when(is_approved()).await.unwrap_err().kind(),
            accounts.scan().filter(is_approved()).collect().await.unwrap_err().kind(),
            accounts.scan().filter(is_approved()).count().await.unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::Integrity; 4], "{}", world.format);
        assert_eq!(stored(&world.client, TABLE, "a").await, forged, "{}", world.format);
    }
}

/// Makes up to eight changes at a time.
#[tokio::test]
async fn random_changes_are_rejected_or_change_nothing() {
    let mut random = StdRng::seed_from_u64(seed());
    for world in World::both().await {
        let (mut rejected, mut equal) = (0, 0);
        for _ in 0..2_000 {
            let mut item = world.a.clone();
            for _ in 0..random.random_range(1..=8) {
                let names: Vec<String> = item.keys().filter(|name| *name != "id").cloned().collect();
                let Some(name) = names.get(random.random_range(0..names.len().max(1))).cloned() else { continue };
                let sources = [&world.a, &world.b, &world.older, &world.elsewhere, &world.manager];
                let source = sources[random.random_range(0..sources.len())];
                match random.random_range(0..4) {
                    0 => item = without(&item, &name),
                    1 => item = with(&item, &name, flipped(&item[&name], random.random_range(0..4_000))),
                    2 => item.extend(source.get(&name).map(|value| (name.clone(), value.clone()))),
                    _ => {
                        let target = names[random.random_range(0..names.len())].clone();
                        let value = item[&name].clone();
                        item.insert(target, value);
                    }
                }
            }
            match world.accounts.decrypt(item).await {
                Ok(read) => {
                    let visits = read.visits;
                    let is_known = [account("a"), Account { salary: Number::from(1), ..account("a") }]
                        .into_iter()
                        .any(|known| read == Account { visits, ..known });
                    assert!(is_known, "{}: {read:?}", world.format);
                    equal += 1;
                }
                Err(error) => {
                    let is_expected =
                        matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Materials | ErrorKind::Schema);
                    assert!(is_expected, "{}: {error}", world.format);
                    rejected += 1;
                }
            }
        }
        println!("{}: {rejected} rejected, {equal} without a difference", world.format);
        assert!(rejected > 1_000, "{}: {rejected}", world.format);
    }
}
