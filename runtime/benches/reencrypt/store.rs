//! Tables with encrypted items, and one with the same items in plaintext.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{EncryptedItem, Item, ItemEncryptor, Repository, SchemaVersion};
use serde::{Deserialize, Serialize};

/// The embedded store would read the whole table for each page of one of several segments.
pub(crate) const SEGMENTS: u32 = 1;
pub(crate) const CONCURRENCY: usize = 16;

/// The name of the table in plaintext.
pub(crate) const PLAIN: &str = "plain";

/// The maximum of one request.
const BATCH: usize = 25;

/// A format with the keys of a number, which are the same in every process.
#[derive(Clone, Copy)]
pub(crate) enum Keys {
    Ddbec(u8),
    Dbesdk(u8),
}

/// The four moves between formats and between keys. Each begins where the previous one ends.
pub(crate) const MOVES: [(&str, Keys, Keys); 4] = [
    ("DDBEC to DB-ESDK", Keys::Ddbec(1), Keys::Dbesdk(1)),
    ("between keyrings", Keys::Dbesdk(1), Keys::Dbesdk(2)),
    ("DB-ESDK to DDBEC", Keys::Dbesdk(2), Keys::Ddbec(2)),
    ("between providers", Keys::Ddbec(2), Keys::Ddbec(1)),
];

/// About 1 KB in ten attributes, all signed, so that an item is written as a whole.
#[derive(Clone, EncryptedItem, Serialize, Deserialize)]
pub(crate) struct Signed {
    #[partition_key]
    id: String,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    #[sign_only]
    g: String,
    #[sign_only]
    h: String,
    #[sign_only]
    i: u64,
}

/// The same with an unsigned counter, which other programs change at any time.
#[derive(Clone, EncryptedItem, Serialize, Deserialize)]
pub(crate) struct Counted {
    #[partition_key]
    id: String,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    #[sign_only]
    g: String,
    #[sign_only]
    h: String,
    #[do_nothing]
    i: u64,
}

/// An entity and the name of its table.
pub(crate) trait Record: EncryptedItem + Serialize + Send + Sync {
    const TABLE: &str;

    fn record(number: usize) -> Self;
}

impl Record for Signed {
    const TABLE: &str = "signed";

    fn record(number: usize) -> Self {
        let (id, text) = (id(number), text);
        Self { id, a: text(), b: text(), c: text(), d: text(), e: text(), f: text(), g: text(), h: text(), i: 1 }
    }
}

impl Record for Counted {
    const TABLE: &str = "counted";

    fn record(number: usize) -> Self {
        let (id, text) = (id(number), text);
        Self { id, a: text(), b: text(), c: text(), d: text(), e: text(), f: text(), g: text(), h: text(), i: 1 }
    }
}

fn id(number: usize) -> String {
    format!("r-{number}")
}

fn text() -> String {
    "x".repeat(122)
}

impl Keys {
    fn encryptor(self) -> ItemEncryptor {
        let key = |number: u8| AesKey::from_bytes(&[number; 32]).unwrap();
        match self {
            Self::Ddbec(number) => {
                let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[number; 32]).unwrap();
                ItemEncryptor::new(WrappedProvider::new(key(number), signing_key))
            }
            Self::Dbesdk(number) => {
                let keyring = RawAesKeyring::new("bench", number.to_string(), &key(number)).unwrap();
                ItemEncryptor::with_keyring(keyring)
            }
        }
    }
}

/// Creates the table in plaintext.
pub(crate) async fn fill_plain(client: &Client, items: usize) {
    repository::<Counted>(client, PLAIN, Keys::Ddbec(1)).create_table().await.unwrap();
    for start in (0..items).step_by(BATCH) {
        let puts = (start..items.min(start + BATCH)).map(|number| {
            let item: Item = serde_dynamo::to_item(Counted::record(number)).unwrap();
            let put = PutRequest::builder().set_item(Some(item));
            WriteRequest::builder().put_request(put.build().unwrap()).build()
        });
        client.batch_write_item().request_items(PLAIN, puts.collect()).send().await.unwrap();
    }
}

/// Creates an encrypted table.
pub(crate) async fn fill<T: Record>(client: &Client, items: usize, keys: Keys) {
    let encrypted = repository::<T>(client, T::TABLE, keys);
    encrypted.create_table().await.unwrap();
    encrypted.write_many((0..items).map(T::record)).await.map_err(drop).unwrap();
}

/// Re-encrypts a table, and returns the number of written items. Without a checkpoint the table is read once, as by the
/// program that it is compared with.
pub(crate) async fn reencrypt<T: Record>(client: &Client, from: Keys, to: Keys) -> usize {
    let before = SchemaVersion::of::<T>("before").encryptor(from.encryptor());
    let encrypted = repository::<T>(client, T::TABLE, to);
    let request = encrypted.reencrypt().also_reads(before).segments(SEGMENTS).concurrency(CONCURRENCY);
    request.await.unwrap().rewritten() as usize
}

fn repository<T: Record>(client: &Client, table: &str, keys: Keys) -> Repository<T> {
    Repository::builder(client.clone()).table(table).encryptor(keys.encryptor()).build()
}
