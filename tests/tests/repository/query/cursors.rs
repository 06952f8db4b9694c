//! Cursors within the process, and as text for clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::{EncryptedItem, ErrorKind, Repository};

use super::setup::{Reading, Store, times};

async fn store() -> Store {
    Store::with_readings(&["sensor-one", "sensor-two"], 0..20).await
}

fn with_key(store: &Store, key: &CursorKey) -> Repository<Reading> {
    store.builder("readings", store.client.clone()).cursor_key(key.clone()).build()
}

async fn first_token(readings: &Repository<Reading>) -> String {
    let page = readings.query("sensor-one").limit(5).page(None).await.unwrap();
    page.cursor.unwrap().to_token().unwrap()
}

fn rejected<T: std::fmt::Debug>(result: dynaseal::Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);
    format!("{error:?}")
}

#[tokio::test]
async fn a_serialized_cursor_continues_with_the_next_page() {
    let store = store().await;
    let key = CursorKey::generate().unwrap();
    let token = first_token(&with_key(&store, &key)).await;
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{token}");

    // The cursor works on another server, and with another limit.
    let readings = with_key(&store, &key);
    let page = readings.query("sensor-one").limit(3).page_size(2).page(Cursor::from(token.as_str())).await.unwrap();
    assert_eq!(times(&page.items), [5, 6, 7]);
    let token: String = serde_json::from_str(&serde_json::to_string(&page.cursor).unwrap()).unwrap();
    let cursor: Cursor = serde_json::from_str(&format!("{token:?}")).unwrap();
    assert_eq!(cursor.to_token().unwrap(), token);
    let page = readings.query("sensor-one").page(cursor).await.unwrap();
    assert_eq!(times(&page.items), (8..20).collect::<Vec<_>>());
    assert!(page.cursor.is_none());
}

#[tokio::test]
async fn a_cursor_reveals_nothing_without_the_key() {
    use base64::Engine as _;

    let store = store().await;
    let readings = with_key(&store, &CursorKey::generate().unwrap());
    let page = readings.query("sensor-one").limit(5).page(None).await.unwrap();
    let cursor = page.cursor.unwrap();
    let (one, other) = (cursor.to_token().unwrap(), cursor.to_token().unwrap());
    assert_ne!(one, other);
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&one).unwrap();
    for text in [format!("{cursor:?}"), format!("{:?}", Cursor::from(one)), String::from_utf8_lossy(&bytes).into()] {
        assert!(!text.contains("sensor") && !text.contains("time"), "{text}");
    }
}

#[tokio::test]
async fn every_misuse_of_a_cursor_has_the_same_error() {
    let store = store().await;
    let key = CursorKey::generate().unwrap();
    let readings = with_key(&store, &key);
    let token = first_token(&readings).await;
    let cursor = || Cursor::from(token.as_str());
    let query = || readings.query("sensor-one");

    let mut texts = Vec::new();
    texts.push(rejected(readings.query("sensor-two").page(cursor()).await));
    texts.push(rejected(query().sort_ge(0).page(cursor()).await));
    texts.push(rejected(query().descending().page(cursor()).await));
    texts.push(rejected(query().filter(Reading::fields().seen.eq(true)).page(cursor()).await));
    texts.push(rejected(readings.scan().page(cursor()).await));
    texts.push(rejected(with_key(&store, &CursorKey::generate().unwrap()).query("sensor-one").page(cursor()).await));
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        texts.push(rejected(query().page(Cursor::from(changed)).await));
        texts.push(rejected(query().page(Cursor::from(&token[..position])).await));
    }
    let elsewhere: Repository<Reading> = store.builder("others", store.client.clone()).cursor_key(key.clone()).build();
    texts.push(rejected(elsewhere.query("sensor-one").page(cursor()).await));
    let renamed = store.builder("readings", store.client.clone()).logical_table_name("others").cursor_key(key);
    texts.push(rejected(Repository::<Reading>::query(&renamed.build(), "sensor-one").page(cursor()).await));
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    assert!(query().page(cursor()).await.is_ok());
}

#[tokio::test]
async fn a_cursor_is_bound_to_the_values_of_its_conditions() {
    let store = store().await;
    let readings = with_key(&store, &CursorKey::generate().unwrap());
    let fields = Reading::fields();
    let query = |unit: &'static str, from: i64| readings.query("sensor-one").sort_ge(from).filter(fields.unit.eq(unit));
    let cursor = query("K", 2).limit(2).page(None).await.unwrap().cursor.unwrap();
    let token = Cursor::from(cursor.to_token().unwrap());
    for cursor in [cursor, token] {
        assert_eq!(times(&query("K", 2).limit(2).page(cursor.clone()).await.unwrap().items), [6, 8]);
        rejected(query("K", 3).page(cursor.clone()).await);
        rejected(query("Pa", 2).page(cursor.clone()).await);
        rejected(readings.query("sensor-one").sort_gt(2).filter(fields.unit.eq("K")).page(cursor.clone()).await);
        rejected(readings.query("sensor-one").sort_ge(2).filter(fields.unit.ne("K")).page(cursor).await);
    }
}

#[tokio::test]
async fn a_cursor_expires() {
    let store = store().await;
    let key = CursorKey::generate().unwrap();
    let now = Arc::new(AtomicU64::new(1_000_000));
    let clock = Arc::clone(&now);
    let builder = store.builder("readings", store.client.clone()).cursor_key(key.clone());
    let readings: Repository<Reading> = builder
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed)))
        .cursor_lifetime(Duration::from_secs(60))
        .build();
    let token = first_token(&readings).await;
    let query = || readings.query("sensor-one").page(Cursor::from(token.as_str()));
    now.store(1_000_059, Ordering::Relaxed);
    assert!(query().await.is_ok());
    now.store(1_000_060, Ordering::Relaxed);
    rejected(query().await);

    let forever = store.builder("readings", store.client.clone()).cursor_key(key).cursor_lifetime(Duration::MAX);
    let page = Repository::<Reading>::query(&forever.build(), "sensor-one").limit(1).page(None).await.unwrap();
    assert_eq!(page.cursor.unwrap().to_token().unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn an_older_key_still_opens_its_cursors() {
    let store = store().await;
    let (old, new) = (CursorKey::generate().unwrap(), CursorKey::generate().unwrap());
    let token = first_token(&with_key(&store, &old)).await;
    let both: Repository<Reading> =
        store.builder("readings", store.client.clone()).cursor_key(new.clone()).cursor_key(old.clone()).build();
    assert!(both.query("sensor-one").page(Cursor::from(token)).await.is_ok());
    let token = first_token(&both).await;
    assert!(with_key(&store, &new).query("sensor-one").page(Cursor::from(token.as_str())).await.is_ok());
    rejected(with_key(&store, &old).query("sensor-one").page(Cursor::from(token)).await);
}

#[tokio::test]
async fn without_a_key_cursors_work_only_within_the_process() {
    let store = store().await;
    let readings = store.readings();
    let page = readings.query("sensor-one").limit(5).page(None).await.unwrap();
    let cursor = page.cursor.unwrap();
    assert_eq!(cursor.to_token().unwrap_err().kind(), ErrorKind::Usage);
    assert!(serde_json::to_string(&cursor).is_err());
    let token = first_token(&with_key(&store, &CursorKey::generate().unwrap())).await;
    let error = readings.query("sensor-one").page(Cursor::from(token)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);

    rejected(readings.query("sensor-two").page(cursor.clone()).await);
    rejected(readings.scan().page(cursor.clone()).await);
    assert_eq!(times(&readings.query("sensor-one").limit(2).page(cursor).await.unwrap().items), [5, 6]);
}

#[test]
fn a_cursor_key_has_32_bytes_and_is_not_printed() {
    for length in [0, 16, 31, 33, 64] {
        assert_eq!(CursorKey::from_bytes(&vec![7; length]).unwrap_err().kind(), ErrorKind::Materials);
    }
    assert_eq!(format!("{:?}", CursorKey::from_bytes(&[7; 32]).unwrap()), "CursorKey { .. }");
}

#[derive(Debug, EncryptedItem)]
struct Blob {
    #[partition_key]
    id: Vec<u8>,
    #[sort_key]
    name: String,
    content: String,
}

#[tokio::test]
async fn a_cursor_holds_keys_of_every_type_and_length() {
    let store = Store::new();
    let blobs: Repository<Blob> =
        store.builder("blobs", store.client.clone()).cursor_key(CursorKey::generate().unwrap()).build();
    blobs.create_table().await.unwrap();
    let (id, name) = (vec![255; 2048], "é".repeat(512));
    for suffix in ["", "~"] {
        let name = format!("{}{suffix}", &name[suffix.len() * 2..]);
        blobs.put(&Blob { id: id.clone(), name, content: "-".to_owned() }).await.unwrap();
    }
    let cursor = blobs.query(id.clone()).limit(1).page(None).await.unwrap().cursor.unwrap();
    let token = cursor.to_token().unwrap();
    let rest = blobs.query(id.clone()).page(Cursor::from(token)).await.unwrap();
    assert_eq!(rest.items.len(), 1);
    assert!(rest.items[0].id == id && rest.items[0].name == name && rest.items[0].content == "-");
}
