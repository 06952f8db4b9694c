//! A table with encrypted items, and one with the same items in plaintext.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{EncryptedItem, Repository, SchemaVersion};
use serde::{Deserialize, Serialize};

/// The embedded store would read the whole table for each page of one of several segments.
pub(crate) const SEGMENTS: u32 = 1;
pub(crate) const CONCURRENCY: usize = 16;

/// The name of the table in plaintext.
pub(crate) const PLAIN: &str = "plain";
const ENCRYPTED: &str = "encrypted";

/// The maximum of one request.
const BATCH: usize = 25;

/// About 1 KB in ten attributes.
#[derive(Clone, EncryptedItem, Serialize, Deserialize)]
struct Record {
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

/// Returns the same keys in every process for the same number.
fn keys(number: u8) -> WrappedProvider {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[number; 32]).unwrap();
    WrappedProvider::new(AesKey::from_bytes(&[number; 32]).unwrap(), signing_key)
}

/// Creates both tables, the encrypted one with the keys of this number.
pub(crate) async fn fill(client: &Client, items: usize, number: u8) {
    let (plain, encrypted) = (repository(client, PLAIN, number), repository(client, ENCRYPTED, number));
    plain.create_table().await.unwrap();
    encrypted.create_table().await.unwrap();
    for start in (0..items).step_by(BATCH) {
        let records = || (start..items.min(start + BATCH)).map(record);
        encrypted.write_many(records()).await.map_err(drop).unwrap();
        let puts = records().map(|record| {
            let put = PutRequest::builder().set_item(Some(serde_dynamo::to_item(record).unwrap()));
            WriteRequest::builder().put_request(put.build().unwrap()).build()
        });
        client.batch_write_item().request_items(PLAIN, puts.collect()).send().await.unwrap();
    }
}

/// Re-encrypts the table from the keys of one number to those of another, and returns the number of written items.
pub(crate) async fn reencrypt(client: &Client, from: u8, to: u8) -> usize {
    let before = SchemaVersion::of::<Record>("before").materials(keys(from));
    let folder = tempfile::tempdir().unwrap();
    let encrypted = repository(client, ENCRYPTED, to);
    let request = encrypted.reencrypt().also_reads(before).segments(SEGMENTS).concurrency(CONCURRENCY);
    request.checkpoint(folder.path().join("checkpoint")).await.unwrap().rewritten() as usize
}

fn record(number: usize) -> Record {
    let text = || "x".repeat(122);
    let (a, b, c, d, e, f, g, h) = (text(), text(), text(), text(), text(), text(), text(), text());
    Record { id: format!("r-{number}"), a, b, c, d, e, f, g, h, i: 1 }
}

fn repository(client: &Client, table: &str, number: u8) -> Repository<Record> {
    Repository::builder(client.clone()).table(table).materials(keys(number)).build()
}
