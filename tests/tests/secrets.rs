//! What everything that is printed or logged says of secrets: nothing. Alone in its file: a subscriber sees every thread.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fmt::Debug;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DirectKmsProvider, HmacAlgorithm, HmacKey, KeyFileProvider, MetaStore,
    MostRecentProvider, StaticProvider, WrappedProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Repository};
use dynaseal_tests::samples::{AES_KEY, SIGNING_KEY, written_forms};

/// What is encrypted, and must not be seen anywhere.
const NAME: &str = "Zebedee Quartermaine";
const SALARY: u64 = 7_310_492_586;

#[derive(Clone, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    name: String,
    salary: u64,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: Option<u64>,
}

fn employee() -> Employee {
    let (name, department) = (NAME.to_owned(), "Legal".to_owned());
    Employee { id: "e-1".to_owned(), name, salary: SALARY, department, logins: None }
}

/// What the program says.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn note(&self, what: &dyn Debug) {
        self.0.lock().unwrap().extend(format!("{what:?}\n{what:#?}\n").into_bytes());
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn secrets() -> Vec<String> {
    let mut secrets = vec![NAME.to_owned(), SALARY.to_string()];
    for secret in [NAME.as_bytes(), SALARY.to_string().as_bytes(), &AES_KEY, &SIGNING_KEY] {
        secrets.extend(written_forms(secret));
    }
    secrets
}

fn check(said: &Said) {
    let text = said.text();
    for secret in secrets() {
        if let Some(place) = text.find(&secret) {
            let start = text.floor_char_boundary(place.saturating_sub(400));
            panic!("`{secret}` was said: {}", &text[start..text.ceil_char_boundary(place + 100)]);
        }
    }
}

async fn repository(client: Client, provider: impl CryptographicMaterialsProvider + 'static) -> Repository<Employee> {
    let employees = Repository::builder(client).table("employees").materials(provider).build();
    employees.create_table().await.unwrap();
    employees
}

/// All that can be done with an employee, and much of what can go wrong.
async fn use_it(said: &Said, provider: impl CryptographicMaterialsProvider + 'static) {
    said.note(&provider);
    let client = Database::in_memory().unwrap().client();
    let employees = repository(client.clone(), provider).await;
    said.note(&employees);
    employees.create(&employee()).await.unwrap();
    said.note(&employees.create(&employee()).await.unwrap_err());
    employees.put(&employee()).await.unwrap();
    employees.replace(&employee()).await.unwrap();
    said.note(&employees.get("e-1"));
    assert_eq!(employees.get("e-1").consistent().await.unwrap().unwrap().name, NAME);
    let mut first = employees.fetch("e-1").await.unwrap().unwrap();
    let second = first.clone();
    said.note(&first.revision());
    first.salary += 1;
    employees.save(first).await.unwrap();
    said.note(&employees.save(second).await.err().unwrap());
    employees.update_with("e-1", |employee: &mut Employee| employee.salary = SALARY).await.unwrap();
    employees.update_in_place("e-1", Employee::fields().logins.add(1)).await.unwrap();

    for fault in [Fault::DropResponse, Fault::HalfResponse, Fault::Throttle, Fault::InternalServerError] {
        let faulty = Faults::script([fault; 9]).beneath(&client).unwrap();
        let employees: Repository<Employee> =
            Repository::builder(faulty).table("employees").encryptor(employees.encryptor().clone()).build();
        said.note(&employees.get("e-1").await.err().unwrap());
        said.note(&employees.put(&employee()).await.err().unwrap());
    }

    // An item that is no employee; and one that was changed.
    let key = AttributeValue::S("e-1".to_owned());
    let stored = client.get_item().table_name("employees").key("id", key).send().await.unwrap().item.unwrap();
    let mut broken = stored.clone();
    broken.insert("department".to_owned(), AttributeValue::S("Sales".to_owned()));
    client.put_item().table_name("employees").set_item(Some(broken)).send().await.unwrap();
    let error = employees.get("e-1").await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    said.note(&error);
    client.put_item().table_name("employees").set_item(Some(stored)).send().await.unwrap();

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _employees = employees.clone();
        panic!("while the repository is in use: {employees:?}");
    }));
    said.note(&panicked.unwrap_err().downcast_ref::<String>().unwrap());
    employees.delete("e-1").returning().await.unwrap();
}

#[tokio::test]
async fn nothing_secret_is_said_at_any_level() {
    let said = Said::default();
    let writer = said.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .init();
    let hook = said.clone();
    std::panic::set_hook(Box::new(move |info| hook.note(&info.to_string())));

    let (wrapping_key, signing_key) =
        (AesKey::from_bytes(&AES_KEY).unwrap(), HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap());
    said.note(&(&wrapping_key, &signing_key));
    use_it(&said, StaticProvider::new(wrapping_key.clone(), signing_key.clone())).await;
    use_it(&said, WrappedProvider::new(wrapping_key, signing_key)).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    use_it(&said, KeyFileProvider::create(&path).unwrap()).await;
    for line in std::fs::read_to_string(&path).unwrap().lines().skip(1) {
        let key = line.split(' ').next_back().unwrap();
        assert!(!said.text().contains(key), "a key of the key file was said");
    }

    let kms = Kms::new();
    let key = kms.create_key("eu-central-1");
    let direct = || DirectKmsProvider::new(kms.client("eu-central-1"), &*key);
    use_it(&said, direct()).await;
    let store = MetaStore::new(Database::in_memory().unwrap().client(), "keys", dynaseal::ItemEncryptor::new(direct()));
    store.create_table().await.unwrap();
    use_it(&said, MostRecentProvider::new(store, "employees", Duration::from_secs(60)).unwrap()).await;

    let _ = std::panic::take_hook();
    check(&said);
    let text = said.text();
    assert!(text.contains("Legal") && text.contains("dynaseal::audit"), "the log was not read at all");
    println!("secrets: {} bytes of logs, errors, panics and Debug, 0 secrets in them", text.len());
}
