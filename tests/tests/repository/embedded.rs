//! The embedded database in memory and in a file, accessed with the SDK client.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, Delete, Get, GlobalSecondaryIndex,
    KeySchemaElement, KeyType, KeysAndAttributes, Projection, ProjectionType, Put, PutRequest, ReturnValue,
    ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TableStatus, Tag, TimeToLiveSpecification,
    TimeToLiveStatus, TransactGetItem, TransactWriteItem, Update, WriteRequest,
};
use dynaseal::ErrorKind;
use dynaseal::embedded::Database;
use dynaseal_tests::network::partition;
use dynaseal_tests::values::{n, s};

type Item = HashMap<String, AttributeValue>;

const TABLE: &str = "orders";

async fn on_both_stores(test: impl AsyncFn(&Client)) {
    test(&Database::in_memory().unwrap().client()).await;
    let folder = tempfile::tempdir().unwrap();
    test(&Database::open(folder.path().join("orders.db")).unwrap().client()).await;
}

async fn with_table(test: impl AsyncFn(&Client)) {
    on_both_stores(async |client| {
        create_table(client).await;
        test(client).await;
    })
    .await;
}

async fn create_table(client: &Client) {
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let attribute =
        |name: &str, kind| AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap();
    let by_state = GlobalSecondaryIndex::builder()
        .index_name("by-state")
        .key_schema(key("state", KeyType::Hash))
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
        .unwrap();
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("customer", ScalarAttributeType::S))
        .attribute_definitions(attribute("number", ScalarAttributeType::N))
        .attribute_definitions(attribute("state", ScalarAttributeType::S))
        .key_schema(key("customer", KeyType::Hash))
        .key_schema(key("number", KeyType::Range))
        .global_secondary_indexes(by_state)
        .send()
        .await
        .unwrap();
}

fn key(customer: &str, number: u32) -> Item {
    HashMap::from([("customer".to_owned(), s(customer)), ("number".to_owned(), n(number))])
}

fn order(customer: &str, number: u32, state: &str) -> Item {
    let mut item = key(customer, number);
    item.insert("state".to_owned(), s(state));
    item
}

async fn put(client: &Client, item: Item) {
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

async fn get(client: &Client, key: Item) -> Option<Item> {
    client.get_item().table_name(TABLE).set_key(Some(key)).consistent_read(true).send().await.unwrap().item
}

/// Returns the error code of the response. Every error must have one, and a request id.
fn code<O: std::fmt::Debug, E: ProvideErrorMetadata>(result: Result<O, SdkError<E>>) -> String {
    let error = result.unwrap_err();
    assert!(error.request_id().is_some_and(|id| id.len() == 52));
    let error = error.as_service_error().unwrap();
    assert!(!error.message().unwrap_or_default().contains("VALIDATION"));
    error.code().unwrap().to_owned()
}

#[tokio::test]
async fn tables_are_created_described_listed_and_deleted() {
    with_table(async |client| {
        let table = client.describe_table().table_name(TABLE).send().await.unwrap().table.unwrap();
        assert_eq!(table.table_status(), Some(&TableStatus::Active));
        assert_eq!(table.key_schema().len(), 2);
        assert_eq!(table.global_secondary_indexes()[0].index_name(), Some("by-state"));
        assert_eq!(client.list_tables().send().await.unwrap().table_names(), [TABLE]);

        let again = client
            .create_table()
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(
                AttributeDefinition::builder()
                    .attribute_name("customer")
                    .attribute_type(ScalarAttributeType::S)
                    .build()
                    .unwrap(),
            )
            .key_schema(
                KeySchemaElement::builder().attribute_name("customer").key_type(KeyType::Hash).build().unwrap(),
            );
        assert_eq!(code(again.send().await), "ResourceInUseException");

        client.delete_table().table_name(TABLE).send().await.unwrap();
        assert!(client.list_tables().send().await.unwrap().table_names().is_empty());
    })
    .await;
}

#[tokio::test]
async fn items_are_put_read_updated_and_deleted() {
    with_table(async |client| {
        put(client, order("ada", 1, "open")).await;
        assert_eq!(get(client, key("ada", 1)).await, Some(order("ada", 1, "open")));
        assert_eq!(get(client, key("ada", 2)).await, None);

        let updated = client
            .update_item()
            .table_name(TABLE)
            .set_key(Some(key("ada", 1)))
            .update_expression("SET #s = :s ADD hits :one")
            .expression_attribute_names("#s", "state")
            .expression_attribute_values(":s", s("paid"))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .unwrap();
        let mut paid = order("ada", 1, "paid");
        paid.insert("hits".to_owned(), n(1));
        assert_eq!(updated.attributes, Some(paid.clone()));

        let deleted = client.delete_item().table_name(TABLE).set_key(Some(key("ada", 1)));
        assert_eq!(deleted.return_values(ReturnValue::AllOld).send().await.unwrap().attributes, Some(paid));
        assert_eq!(get(client, key("ada", 1)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_failed_condition_writes_nothing_and_returns_the_old_item() {
    with_table(async |client| {
        put(client, order("ada", 1, "open")).await;
        let rejected = client
            .put_item()
            .table_name(TABLE)
            .set_item(Some(order("ada", 1, "lost")))
            .condition_expression("attribute_not_exists(customer)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await
            .unwrap_err()
            .into_service_error();
        assert_eq!(rejected.code(), Some("ConditionalCheckFailedException"));
        let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(rejected) = rejected
        else {
            panic!("another error: {rejected}");
        };
        assert_eq!(rejected.item, Some(order("ada", 1, "open")));
        assert_eq!(get(client, key("ada", 1)).await, Some(order("ada", 1, "open")));
    })
    .await;
}

#[tokio::test]
async fn queries_follow_pages_sort_and_use_indexes() {
    with_table(async |client| {
        for number in 0..25 {
            put(client, order("ada", number, if number % 5 == 0 { "paid" } else { "open" })).await;
        }
        put(client, order("bob", 1, "paid")).await;

        let pages = client
            .query()
            .table_name(TABLE)
            .key_condition_expression("customer = :c AND #n >= :n")
            .expression_attribute_names("#n", "number")
            .expression_attribute_values(":c", s("ada"))
            .expression_attribute_values(":n", n(3))
            .scan_index_forward(false)
            .into_paginator()
            .page_size(4)
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        assert!(pages.len() >= 6, "{} pages", pages.len());
        let numbers: Vec<_> = pages.iter().flat_map(|page| page.items()).map(|item| item["number"].clone()).collect();
        assert_eq!(numbers, (3..25).rev().map(n).collect::<Vec<_>>());

        let paid = client
            .query()
            .table_name(TABLE)
            .index_name("by-state")
            .key_condition_expression("#s = :s")
            .expression_attribute_names("#s", "state")
            .expression_attribute_values(":s", s("paid"))
            .send()
            .await
            .unwrap();
        assert_eq!(paid.count(), 6);
    })
    .await;
}

/// The store returns at most this many items, even if they are small.
#[tokio::test]
async fn a_page_has_ten_thousand_items_at_most() {
    let client = Database::in_memory().unwrap().client();
    create_table(&client).await;
    for first in (0..10_001).step_by(25) {
        let item = |number: u32| Item::from([("customer".to_owned(), s("ada")), ("number".to_owned(), n(number))]);
        let put = |number| PutRequest::builder().set_item(Some(item(number))).build().unwrap();
        let write = |number| WriteRequest::builder().put_request(put(number)).build();
        let writes = (first..10_001.min(first + 25)).map(write).collect::<Vec<_>>();
        client.batch_write_item().request_items(TABLE, writes).send().await.unwrap();
    }
    let scan = client.scan().table_name(TABLE).into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(scan.iter().map(|page| page.count()).collect::<Vec<_>>(), [10_000, 1]);
    let query = client.query().table_name(TABLE).key_condition_expression("customer = :c");
    let query = query.expression_attribute_values(":c", s("ada")).into_paginator().send();
    let query = query.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(query.iter().map(|page| page.count()).collect::<Vec<_>>(), [10_000, 1]);
}

#[tokio::test]
async fn segments_of_a_scan_cover_the_table_once() {
    with_table(async |client| {
        for number in 0..60 {
            put(client, order(&format!("customer-{number}"), number, "open")).await;
        }
        let mut seen = Vec::new();
        let mut filled_segments = 0;
        for segment in 0..4 {
            let pages =
                client.scan().table_name(TABLE).segment(segment).total_segments(4).into_paginator().page_size(7);
            let items = pages.items().send().collect::<Result<Vec<_>, _>>().await.unwrap();
            filled_segments += usize::from(!items.is_empty());
            seen.extend(items.iter().map(|item| item["number"].as_n().unwrap().clone()));
        }
        assert_eq!(seen.len(), 60);
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 60);
        assert!(filled_segments > 1);
    })
    .await;
}

#[tokio::test]
async fn batches_write_and_read() {
    with_table(async |client| {
        let writes = (0..25)
            .map(|number| PutRequest::builder().set_item(Some(order("ada", number, "open"))).build().unwrap())
            .map(|put| WriteRequest::builder().put_request(put).build())
            .collect::<Vec<_>>();
        let written = client.batch_write_item().request_items(TABLE, writes.clone()).send().await.unwrap();
        assert!(written.unprocessed_items.unwrap_or_default().is_empty());

        let keys = KeysAndAttributes::builder().set_keys(Some((0..30).map(|number| key("ada", number)).collect()));
        let read = client.batch_get_item().request_items(TABLE, keys.build().unwrap()).send().await.unwrap();
        assert_eq!(read.responses.unwrap()[TABLE].len(), 25);

        let one_too_many = writes.iter().cloned().chain([writes[0].clone()]).collect();
        assert_eq!(
            code(client.batch_write_item().request_items(TABLE, one_too_many).send().await),
            "ValidationException"
        );
    })
    .await;
}

#[tokio::test]
async fn transactions_are_atomic() {
    with_table(async |client| {
        put(client, order("ada", 1, "open")).await;
        let put = |number| {
            let put = Put::builder().table_name(TABLE).set_item(Some(order("ada", number, "new"))).build().unwrap();
            TransactWriteItem::builder().put(put).build()
        };
        let check = |state| {
            let check = ConditionCheck::builder()
                .table_name(TABLE)
                .set_key(Some(key("ada", 1)))
                .condition_expression("#s = :s")
                .expression_attribute_names("#s", "state")
                .expression_attribute_values(":s", s(state))
                .build()
                .unwrap();
            TransactWriteItem::builder().condition_check(check).build()
        };

        let rejected = client.transact_write_items().transact_items(put(2)).transact_items(check("paid")).send().await;
        let rejected = rejected.unwrap_err().into_service_error();
        let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
            rejected,
        ) = rejected
        else {
            panic!("another error: {rejected}");
        };
        let reasons: Vec<_> = rejected.cancellation_reasons().iter().map(|reason| reason.code().unwrap()).collect();
        assert_eq!(reasons, ["None", "ConditionalCheckFailed"]);
        assert_eq!(get(client, key("ada", 2)).await, None);

        let update = Update::builder()
            .table_name(TABLE)
            .set_key(Some(key("ada", 3)))
            .update_expression("SET hits = :one")
            .expression_attribute_values(":one", n(1))
            .build()
            .unwrap();
        let delete = Delete::builder().table_name(TABLE).set_key(Some(key("ada", 4))).build().unwrap();
        client
            .transact_write_items()
            .client_request_token("token-1")
            .transact_items(put(2))
            .transact_items(check("open"))
            .transact_items(TransactWriteItem::builder().update(update).build())
            .transact_items(TransactWriteItem::builder().delete(delete).build())
            .send()
            .await
            .unwrap();

        let read = |number| {
            let get = Get::builder().table_name(TABLE).set_key(Some(key("ada", number))).build().unwrap();
            TransactGetItem::builder().get(get).build()
        };
        let read = client.transact_get_items().transact_items(read(2)).transact_items(read(3)).send().await.unwrap();
        assert_eq!(read.responses()[0].item, Some(order("ada", 2, "new")));
        assert_eq!(read.responses()[1].item.as_ref().unwrap()["hits"], n(1));

        let other = client.transact_write_items().client_request_token("token-1").transact_items(put(9)).send().await;
        assert_eq!(code(other), "IdempotentParameterMismatchException");
    })
    .await;
}

#[tokio::test]
async fn time_to_live_and_tags_are_stored() {
    with_table(async |client| {
        let ttl = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true).build().unwrap();
        client.update_time_to_live().table_name(TABLE).time_to_live_specification(ttl).send().await.unwrap();
        let ttl = client.describe_time_to_live().table_name(TABLE).send().await.unwrap();
        let ttl = ttl.time_to_live_description.unwrap();
        assert_eq!(ttl.attribute_name(), Some("expires"));
        assert_eq!(ttl.time_to_live_status(), Some(&TimeToLiveStatus::Enabled));

        let table = client.describe_table().table_name(TABLE).send().await.unwrap().table.unwrap();
        let arn = table.table_arn().unwrap();
        let tag = Tag::builder().key("team").value("payroll").build().unwrap();
        client.tag_resource().resource_arn(arn).tags(tag.clone()).send().await.unwrap();
        assert_eq!(client.list_tags_of_resource().resource_arn(arn).send().await.unwrap().tags(), [tag]);
        client.untag_resource().resource_arn(arn).tag_keys("team").send().await.unwrap();
        assert!(client.list_tags_of_resource().resource_arn(arn).send().await.unwrap().tags().is_empty());
    })
    .await;
}

#[tokio::test]
async fn errors_match_those_of_dynamodb() {
    with_table(async |client| {
        let elsewhere = client.get_item().table_name("nowhere").set_key(Some(key("ada", 1))).send().await;
        assert_eq!(code(elsewhere), "ResourceNotFoundException");
        let elsewhere = client.describe_table().table_name("nowhere").send().await;
        assert!(elsewhere.unwrap_err().into_service_error().is_resource_not_found_exception());

        let keyless = client.put_item().table_name(TABLE).item("state", s("open")).send().await;
        assert_eq!(code(keyless), "ValidationException");

        let unknown = client.describe_continuous_backups().table_name(TABLE).send().await;
        assert_eq!(code(unknown), "UnknownOperationException");

        for number in ["1".repeat(39).as_str(), "1e126", "NaN", "ten", ""] {
            let mut item = key("ada", 1);
            item.insert("price".to_owned(), n(number));
            let put = client.put_item().table_name(TABLE).set_item(Some(item)).send().await;
            assert_eq!(code(put), "ValidationException", "{number}");
        }

        let deep = (0..200).fold(s("bottom"), |inner, _| AttributeValue::L(vec![inner]));
        let mut item = key("ada", 1);
        item.insert("deep".to_owned(), deep);
        let put = client.put_item().table_name(TABLE).set_item(Some(item)).send().await;
        assert_eq!(code(put), "ValidationException");

        assert_eq!(get(client, key("ada", 1)).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_item_has_at_most_400_kb() {
    const LIMIT: usize = 400 * 1024;
    with_table(async |client| {
        // The size of the key names and values and of the attribute name; a number takes one byte for two digits, and
        // one more.
        let rest = "customer".len() + "ada".len() + "number".len() + 2 + "photo".len();
        let item = |size: usize| {
            let mut item = key("ada", 1);
            item.insert("photo".to_owned(), AttributeValue::B(Blob::new(vec![7; size - rest])));
            item
        };
        let above = client.put_item().table_name(TABLE).set_item(Some(item(LIMIT + 1))).send().await;
        assert_eq!(code(above), "ValidationException");
        put(client, item(LIMIT)).await;
        assert_eq!(get(client, key("ada", 1)).await, Some(item(LIMIT)));
    })
    .await;
}

#[tokio::test]
async fn all_ten_types_round_trip() {
    with_table(async |client| {
        let digits = "12345678901234567890123456789012345678";
        let small = "1.2345678901234567890123456789012345678E-92";
        let blob = |bytes: &[u8]| Blob::new(bytes);
        let mut item = key("ada", 1);
        item.extend([
            ("string".to_owned(), s("\u{0}\u{1F512} \u{10FFFF} \"quoted\" \\")),
            ("\u{1F511}\u{20AC}\u{FFFD}".to_owned(), s("a name beyond the basic plane")),
            ("\u{FB00}\u{10000}".to_owned(), s("and one at its border")),
            ("number 38".to_owned(), n(digits)),
            ("number -38".to_owned(), n(format!("-{digits}"))),
            ("binary".to_owned(), AttributeValue::B(blob(&[0, 255, 128, 10]))),
            ("empty string".to_owned(), s("")),
            ("empty binary".to_owned(), AttributeValue::B(blob(&[]))),
            ("bool".to_owned(), AttributeValue::Bool(false)),
            ("null".to_owned(), AttributeValue::Null(true)),
            ("list".to_owned(), AttributeValue::L(vec![s("a"), n("-0.5"), AttributeValue::L(vec![])])),
            (
                "map".to_owned(),
                AttributeValue::M(HashMap::from([
                    (String::from("\u{1F680}"), AttributeValue::Null(true)),
                    ("m".to_owned(), AttributeValue::M(HashMap::new())),
                ])),
            ),
        ]);
        put(client, item.clone()).await;
        assert_eq!(get(client, key("ada", 1)).await, Some(item));

        let mut sets = key("ada", 2);
        sets.extend([
            ("strings".to_owned(), AttributeValue::Ss(vec!["\u{1F512}".into(), "b".into(), "a".into()])),
            ("numbers".to_owned(), AttributeValue::Ns(vec![digits.into(), "-1".into(), "0.25".into()])),
            ("binaries".to_owned(), AttributeValue::Bs(vec![blob(&[1, 2]), blob(&[0])])),
            ("small".to_owned(), n(small)),
        ]);
        put(client, sets.clone()).await;
        let read = get(client, key("ada", 2)).await.unwrap();
        let unordered = |values: &[String]| values.iter().cloned().collect::<HashSet<_>>();
        assert_eq!(unordered(read["strings"].as_ss().unwrap()), unordered(sets["strings"].as_ss().unwrap()));
        assert_eq!(unordered(read["numbers"].as_ns().unwrap()), unordered(sets["numbers"].as_ns().unwrap()));
        let binaries = read["binaries"].as_bs().unwrap();
        assert!(binaries.len() == 2 && binaries.contains(&blob(&[1, 2])) && binaries.contains(&blob(&[0])));
        // DynamoDB returns plain notation.
        let plain = format!("0.{}12345678901234567890123456789012345678", "0".repeat(91));
        assert_eq!(read["small"], n(plain));
    })
    .await;
}

#[tokio::test]
async fn files_persist_items_and_memory_stores_are_separate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders ü?#%.db");
    {
        let client = Database::open(&path).unwrap().client();
        create_table(&client).await;
        put(&client, order("ada", 1, "open")).await;
    }
    let client = Database::open(&path).unwrap().client();
    assert_eq!(get(&client, key("ada", 1)).await, Some(order("ada", 1, "open")));

    let memory = Database::in_memory().unwrap();
    create_table(&memory.client()).await;
    assert_eq!(memory.clone().client().list_tables().send().await.unwrap().table_names(), [TABLE]);
    let other = Database::in_memory().unwrap().client();
    assert!(other.list_tables().send().await.unwrap().table_names().is_empty());
}

#[tokio::test]
async fn special_names_of_sqlite_are_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in [":memory:", "file:orders?mode=memory"] {
        let path = folder.path().join(name);
        create_table(&Database::open(&path).unwrap().client()).await;
        assert!(path.is_file(), "{name}");
    }
}

#[test]
fn opening_another_file_fails_and_leaves_it_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "SQLite format 3, but not quite").unwrap();
    let broken = folder.path().join("broken.db");
    std::fs::write(&broken, [b"SQLite format 3\0".as_slice(), &[0xA5; 4096]].concat()).unwrap();
    let lost = folder.path().join("missing").join("orders.db");

    for (path, advice) in [
        (folder.path(), "is a folder"),
        (&text, "is not a database"),
        (&broken, "is not a database"),
        (&lost, "folder that does not exist"),
        (&text.join("orders.db"), "cannot be read"),
    ] {
        let error = Database::open(path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        let text = error.to_string();
        assert!(text.contains(advice) && text.contains(&format!("{path:?}")), "{text}");
    }
    assert_eq!(std::fs::read(&text).unwrap(), b"SQLite format 3, but not quite");
    assert!(!folder.path().join("missing").exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// Lets 200 tasks increment one counter; no increment is lost.
async fn crowd(client: &Client) {
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let update = client
                .update_item()
                .table_name(TABLE)
                .set_key(Some(key("ada", 1)))
                .update_expression("ADD hits :one")
                .expression_attribute_values(":one", n(1));
            tokio::spawn(update.send())
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(get(client, key("ada", 1)).await.unwrap()["hits"], n(200));
}

#[tokio::test(flavor = "current_thread")]
async fn many_tasks_share_a_database_on_one_thread() {
    with_table(crowd).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_share_a_database_on_many_threads() {
    with_table(crowd).await;
}

/// Holds the write lock of the file from another connection, like a slow disk or another process.
struct Busy(rusqlite::Connection);

impl Busy {
    fn new(path: &Path) -> Self {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(connection)
    }

    fn end(self) {
        self.0.execute_batch("COMMIT").unwrap();
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_slow_file_does_not_block_the_executor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let client = Database::open(&path).unwrap().client();
    create_table(&client).await;

    let busy = Busy::new(&path);
    let write = client.put_item().table_name(TABLE).set_item(Some(order("ada", 1, "open")));
    let write = tokio::spawn(write.send());
    tokio::time::sleep(Duration::from_millis(20)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    // If the write blocked the only thread, it would have failed by now.
    assert!(!write.is_finished());
    busy.end();
    write.await.unwrap().unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn configured_timeouts_and_retries_apply() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let client = Database::open(&path).unwrap().client();
    create_table(&client).await;
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(100)).build();
    let impatient = client.config().to_builder().timeout_config(timeouts);
    let stubborn = impatient
        .clone()
        .retry_config(RetryConfig::standard().with_max_attempts(100).with_initial_backoff(Duration::from_millis(10)))
        .retry_partition(partition());
    let (impatient, stubborn) = (Client::from_conf(impatient.build()), Client::from_conf(stubborn.build()));

    let busy = Busy::new(&path);
    let timed_out = impatient.put_item().table_name(TABLE).set_item(Some(order("ada", 1, "open"))).send().await;
    assert!(matches!(timed_out, Err(SdkError::TimeoutError(_))), "{timed_out:?}");
    let write = stubborn.put_item().table_name(TABLE).set_item(Some(order("ada", 2, "open")));
    let write = tokio::spawn(write.send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    busy.end();
    write.await.unwrap().unwrap();
    assert_eq!(get(&client, key("ada", 2)).await, Some(order("ada", 2, "open")));
}

#[test]
fn outside_of_tokio_memory_works_and_a_file_is_an_error() {
    let mut context = Context::from_waker(Waker::noop());
    let memory = Database::in_memory().unwrap().client();
    let response = pin!(memory.list_tables().send()).poll(&mut context);
    assert!(matches!(response, Poll::Ready(Ok(_))), "{response:?}");

    let folder = tempfile::tempdir().unwrap();
    let file = Database::open(folder.path().join("orders.db")).unwrap().client();
    let response = pin!(file.list_tables().send()).poll(&mut context);
    assert!(matches!(response, Poll::Ready(Err(SdkError::DispatchFailure(_)))), "{response:?}");
}

/// Files are private regardless of the umask, and are not created through a dangling link.
#[cfg(unix)]
#[tokio::test]
async fn files_are_private_and_a_dangling_link_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private.db");
    let database = Database::open(&path).unwrap();
    database.client().list_tables().send().await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }

    let (link, target) = (folder.path().join("link.db"), folder.path().join("elsewhere.db"));
    symlink(&target, &link).unwrap();
    let error = Database::open(&link).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("symbolic link"), "{error}");
    assert!(!target.exists());
}
