//! Outages of KMS or the metastore at the first item, later, during a refresh, or for a cancelled caller. No item is
//! lost, no second set of keys is created, and no caller waits forever.

use std::pin::pin;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore, MostRecentProvider, ProviderStore as _};
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemContext, ItemEncryptor};
use dynaseal_tests::given_up::GivenUp;
use dynaseal_tests::network::FAULTS;

const REGION: &str = "eu-central-1";

fn context() -> ItemContext {
    ItemContext::new("employees").partition_key("id")
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly)
}

fn item() -> Item {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    Item::from([("id".to_owned(), text("e-1")), ("salary".to_owned(), text("4200"))])
}

async fn write(encryptor: &ItemEncryptor) -> Result<Item, Error> {
    encryptor.encrypt(item(), &actions(), &context()).await
}

async fn read(encryptor: &ItemEncryptor, stored: &Item) -> Result<Item, Error> {
    encryptor.decrypt(stored.clone(), &actions(), &context()).await
}

/// Checks that an outage is reported as such, and not as a changed item.
fn check_outage(case: &str, error: &Error) {
    assert!(matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unavailable), "{case}: {error:?}");
    assert!(error.is_retryable(), "{case}: {error:?}");
}

/// Returns a KMS double, and a client that reaches it through these faults, with one attempt per call.
fn faulty_kms(faults: &Faults) -> (Kms, String, aws_sdk_kms::Client) {
    let kms = Kms::new();
    let key = kms.create_key(REGION);
    let client = kms.client(REGION);
    let transport = faults.around(client.config().http_client().unwrap());
    let once = aws_sdk_kms::config::retry::RetryConfig::disabled();
    let config = client.config().to_builder().http_client(transport).retry_config(once);
    (kms, key, aws_sdk_kms::Client::from_conf(config.build()))
}

#[tokio::test]
async fn an_outage_of_kms_is_reported_or_invisible() {
    let mut told = 0;
    for fault in FAULTS {
        // The fault occurs while writing, and then while reading.
        for script in [vec![fault], vec![Fault::None, fault]] {
            let case = format!("{script:?}");
            let (_kms, key, client) = faulty_kms(&Faults::script(script));
            let encryptor = ItemEncryptor::new(DirectKmsProvider::new(client, &*key));
            let stored = match write(&encryptor).await {
                Ok(stored) => stored,
                Err(error) => {
                    check_outage(&case, &error);
                    told += 1;
                    write(&encryptor).await.unwrap()
                }
            };
            if let Err(error) = read(&encryptor, &stored).await {
                check_outage(&case, &error);
                told += 1;
            }
            assert_eq!(read(&encryptor, &stored).await.unwrap(), item(), "{case}");
        }
    }
    println!("outages of KMS: {told} injected and told, 0 items lost");
    assert_eq!(told, 2 * FAULTS.len());
}

/// A metastore behind a network.
struct Store {
    database: Client,
    kms: Kms,
    key: String,
}

impl Store {
    async fn new() -> Self {
        let (database, kms) = (Database::in_memory().unwrap().client(), Kms::new());
        let key = kms.create_key(REGION);
        let store = Self { database, kms, key };
        store.meta_store(&Faults::script([])).create_table().await.unwrap();
        store
    }

    fn meta_store(&self, faults: &Faults) -> MetaStore {
        let encryptor = ItemEncryptor::new(DirectKmsProvider::new(self.kms.client(REGION), &*self.key));
        MetaStore::new(faults.beneath(&self.database).unwrap(), "keys", encryptor)
    }

    /// Returns an encryptor whose TTL is so short that each item loads or refreshes the keys.
    fn encryptor(&self, faults: &Faults) -> ItemEncryptor {
        let ttl = Duration::from_nanos(1);
        ItemEncryptor::new(MostRecentProvider::new(self.meta_store(faults), "employees", ttl).unwrap())
    }

    async fn versions(&self) -> usize {
        self.database.scan().table_name("keys").send().await.unwrap().items().len()
    }
}

#[tokio::test]
async fn an_outage_of_the_store_is_reported_and_creates_no_second_keys() {
    let (mut told, mut cases) = (0, 0);
    for fault in FAULTS {
        for place in 0..8 {
            let store = Store::new().await;
            let script = std::iter::repeat_n(Fault::None, place).chain([fault]);
            let encryptor = store.encryptor(&Faults::script(script));
            let mut written = Vec::new();
            // The first load creates the keys; every later item refreshes them.
            for round in 0..4 {
                let case = format!("{fault:?} at request {place}, round {round}");
                match write(&encryptor).await {
                    Ok(stored) => written.push(stored),
                    Err(error) => {
                        check_outage(&case, &error);
                        told += 1;
                    }
                }
                for stored in &written {
                    match read(&encryptor, stored).await {
                        Ok(read) => assert_eq!(read, item(), "{case}"),
                        Err(error) => {
                            check_outage(&case, &error);
                            told += 1;
                        }
                    }
                }
                cases += 1;
            }
            assert!(written.len() >= 3, "{fault:?} at request {place}");
            assert_eq!(store.versions().await, 1, "{fault:?} at request {place}");
            let sound = store.encryptor(&Faults::script([]));
            for stored in &written {
                assert_eq!(read(&sound, stored).await.unwrap(), item());
            }
        }
    }
    println!("outages of the store: {cases} rounds, {told} outages told, 0 items lost, 0 keys made twice");
    assert!(told >= FAULTS.len());
}

#[tokio::test]
async fn an_outage_during_creation_and_replication_is_reported_and_loses_no_keys() {
    let (mut told, mut made) = (0, 0);
    for fault in FAULTS {
        for place in 0..6 {
            let case = format!("{fault:?} at request {place}");
            let (store, target) = (Store::new().await, Store::new().await);
            let sound = store.encryptor(&Faults::script([]));
            let mut written = vec![write(&sound).await.unwrap()];
            let faults = Faults::script(std::iter::repeat_n(Fault::None, place).chain([fault]));
            let faulty = store.meta_store(&faults);
            for outcome in [
                faulty.rotate("employees").await.map(drop),
                faulty.replicate("employees", 0, &target.meta_store(&faults)).await,
            ] {
                match outcome {
                    Ok(()) => made += 1,
                    Err(error) => {
                        check_outage(&case, &error);
                        told += 1;
                    }
                }
            }
            // A version whose response was lost is a valid version.
            assert!(store.versions().await <= 2, "{case}");
            written.push(write(&sound).await.unwrap());
            written.push(write(&store.encryptor(&Faults::script([]))).await.unwrap());
            let another = store.encryptor(&Faults::script([]));
            for stored in &written {
                assert_eq!(read(&another, stored).await.unwrap(), item(), "{case}");
            }
            let [from, to] = [&store, &target].map(|store| store.meta_store(&Faults::script([])));
            from.replicate("employees", 0, &to).await.unwrap();
            assert_eq!(target.versions().await, 1, "{case}");
            assert_eq!(read(&target.encryptor(&Faults::script([])), &written[0]).await.unwrap(), item(), "{case}");
        }
    }
    println!("outages of the store: {made} versions made and copied, {told} outages told, 0 keys lost");
    assert!(made > 0 && told >= FAULTS.len());
}

#[tokio::test]
async fn an_outage_during_a_refresh_has_no_lasting_effect() {
    let store = Store::new().await;
    let encryptor = store.encryptor(&Faults::script([]));
    let stored = write(&encryptor).await.unwrap();
    store.kms.set_outage(true);
    check_outage("a new process", &read(&store.encryptor(&Faults::script([])), &stored).await.unwrap_err());
    for result in [write(&encryptor).await, read(&encryptor, &stored).await] {
        // Cached keys may remain usable for a while. Otherwise the outage is reported.
        if let Err(error) = result {
            check_outage("during the outage", &error);
        }
    }
    store.kms.set_outage(false);
    write(&encryptor).await.unwrap();
    assert_eq!(read(&encryptor, &stored).await.unwrap(), item());
    assert_eq!(store.versions().await, 1);
}

#[tokio::test]
async fn a_cancelled_wait_for_keys_does_not_block_others() {
    let mut points = 0;
    for polls in 0.. {
        let store = Store::new().await;
        let delays = Faults::script([Fault::Delay(Duration::from_millis(1)); 16]);
        let encryptor = store.encryptor(&delays);
        let done = GivenUp::after(polls, pin!(write(&encryptor))).await;
        points += 1;
        let stored = write(&encryptor).await.unwrap();
        assert_eq!(read(&encryptor, &stored).await.unwrap(), item());
        assert_eq!(store.versions().await, 1, "given up after {polls} polls");
        if let Some(stored) = done {
            assert_eq!(read(&encryptor, &stored.unwrap()).await.unwrap(), item());
            break;
        }
        assert!(polls < 1000, "never ends");
    }
    println!("keys: given up at {points} points, 0 items lost, 0 keys made twice");
}
