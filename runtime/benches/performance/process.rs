//! Measurements in a separate process, which include its start and its memory: the first item that it reads, and the
//! scan of a large table. The tables are in a file, where they take no memory.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DirectKmsProvider, HmacAlgorithm, HmacKey, WrappedProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeValue, EncryptedItem, ItemEncryptor, Repository};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::by_hand;
use crate::memory;
use crate::store::{Record, record};

/// The first command-line argument of such a process.
pub(crate) const FLAG: &str = "--process";

/// The number of items of the large tables.
const ITEMS: usize = 100_000;

const REGION: &str = "eu-central-1";

/// A file with the tables.
pub(crate) struct Tables {
    _folder: TempDir,
    path: PathBuf,
}

/// The measurements of a process.
pub(crate) struct Spent {
    pub(crate) microseconds: f64,
    /// The peak of additional memory, in kilobytes.
    memory: u64,
}

impl Spent {
    /// Returns the time, and updates the maximum of the memory.
    pub(crate) fn note_memory(self, most: &mut u64) -> f64 {
        *most = self.memory.max(*most);
        self.microseconds
    }
}

impl Tables {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tables");
        let tables = Self { _folder: folder, path };
        tables.spend("fill");
        tables
    }

    /// Runs this work in a separate process. For one item, the whole process is measured; for a scan, only the scan.
    pub(crate) fn spend(&self, work: &str) -> Spent {
        let start = Instant::now();
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program).args([FLAG, work]).arg(&self.path).output().unwrap();
        let whole = start.elapsed().as_secs_f64() * 1e6;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        let (microseconds, memory) = told.trim().split_once(' ').unwrap();
        let microseconds = if work.starts_with("get") { whole } else { microseconds.parse().unwrap() };
        Spent { microseconds, memory: memory.parse().unwrap() }
    }
}

/// Runs the measured process.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) {
    let (work, path) = (arguments.next().unwrap(), arguments.next().unwrap());
    let runtime =
        if work.starts_with("get") { Builder::new_current_thread().enable_all().build().unwrap() } else { runtime() };
    runtime.block_on(async {
        let client = Database::open(Path::new(&path)).unwrap().client();
        memory::forget_peak();
        let before = memory::now().unwrap_or_default();
        let start = Instant::now();
        let items = match work.as_str() {
            "fill" => fill(&client).await,
            "get" => get(&client).await,
            "get, SDK" => get_by_sdk(&client).await,
            "scan" => scan(&client).await,
            "scan, SDK" => by_hand::scan(client, "encrypted", None, ItemEncryptor::new(keys())).await,
            other => panic!("nothing is called {other}"),
        };
        let elapsed = start.elapsed().as_secs_f64() * 1e6;
        assert_eq!(items, if work.starts_with("get") { 1 } else { ITEMS });
        println!("{elapsed} {}", memory::peak().unwrap_or_default().saturating_sub(before));
    });
}

async fn fill(client: &Client) -> usize {
    let first: Repository<Record> = repository(client, "first", kms());
    first.create_table().await.unwrap();
    first.put(&record("r-1")).await.unwrap();
    let encrypted: Repository<Record> = repository(client, "encrypted", keys());
    encrypted.create_table().await.unwrap();
    encrypted.write_many((0..ITEMS).map(|number| record(format!("r-{number}")))).await.map_err(drop).unwrap();
    let plain: Repository<Record> = repository(client, "plain", keys());
    plain.create_table().await.unwrap();
    let item = serde_dynamo::to_item(record("r-1")).unwrap();
    client.put_item().table_name("plain").set_item(Some(item)).send().await.unwrap();
    ITEMS
}

async fn get(client: &Client) -> usize {
    repository::<Record>(client, "first", kms()).get("r-1").await.unwrap().into_iter().count()
}

async fn get_by_sdk(client: &Client) -> usize {
    let key = AttributeValue::S("r-1".to_owned());
    let item = client.get_item().table_name("plain").key("id", key).send().await.unwrap().item;
    item.map(|item| serde_dynamo::from_item::<_, Record>(item).unwrap()).into_iter().count()
}

async fn scan(client: &Client) -> usize {
    let repository: Repository<Record> = repository(client, "encrypted", keys());
    by_hand::count(repository.scan().stream()).await
}

fn repository<T: EncryptedItem>(
    client: &Client,
    table: &str,
    keys: impl CryptographicMaterialsProvider + 'static,
) -> Repository<T> {
    Repository::builder(client.clone()).table(table).encryptor(ItemEncryptor::new(keys)).build()
}

fn keys() -> WrappedProvider {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[2; 32]).unwrap();
    WrappedProvider::new(AesKey::from_bytes(&[1; 32]).unwrap(), signing_key)
}

fn kms() -> DirectKmsProvider {
    let kms = Kms::new();
    let key = kms.import_key(REGION, "11111111-2222-3333-4444-555555555555", [3; 32]);
    DirectKmsProvider::new(kms.client(REGION), key)
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}
