//! A service whose responses belong to other operations, have wrong types, or are empty, huge or slow. No operation
//! panics or hangs, and only stored items are returned.

use std::convert::Infallible;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use dynaseal::{AttributeValue, ErrorKind, Transaction};
use dynaseal_tests::liar::Liar;
use futures_util::stream::{self, StreamExt as _};
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::{Map, Value, json};

use super::operations::Operation;
use super::readings::{Reading, Search, readings};
use super::setup::{Account, Behind, Kind, Setup, key};

/// The clock only advances if all tasks wait, so only an endless wait reaches this limit.
const AGES: Duration = Duration::from_secs(600);

/// Returns the wrong responses.
fn lies() -> Vec<(&'static str, Value)> {
    let item = json!({ "id": { "S": "case-1" }, "balance": { "N": "1" } });
    let many: Map<_, _> = (0..10_000).map(|number| (format!("a{number}"), json!({ "S": "x" }))).collect();
    let with = |extra: Map<String, Value>| {
        let mut item = item.as_object().unwrap().clone();
        item.extend(extra);
        Value::Object(item)
    };
    vec![
        ("nothing", json!({})),
        ("no object", json!([])),
        ("no value", Value::Null),
        ("an item in plaintext", json!({ "Item": item, "Attributes": item })),
        ("the response to a query", json!({ "Items": [item], "Count": 1, "ScannedCount": 1 })),
        ("the response to a batch", json!({ "Responses": { "table": [item] }, "UnprocessedKeys": {} })),
        ("the response to a transaction", json!({ "Responses": [{ "Item": item }, { "Item": item }, {}] })),
        ("the response to DescribeTable", json!({ "Table": { "TableName": "table", "TableStatus": "ACTIVE" } })),
        ("an item that is a number", json!({ "Item": 7, "Attributes": 7, "Items": 7, "Responses": 7 })),
        ("values of wrong types", json!({ "Item": { "id": { "S": 7 } }, "Attributes": { "id": "x" }, "Items": [[]] })),
        ("an unknown type", json!({ "Item": { "id": { "Q": "x" } }, "Items": [{ "id": { "Q": "x" } }] })),
        ("several types", json!({ "Item": { "id": { "S": "case-1", "N": "1" } } })),
        (
            "10,000 attributes",
            json!({ "Item": with(many.clone()), "Attributes": with(many.clone()), "Items": [with(many)] }),
        ),
    ]
}

fn tell(liar: &Liar, lie: &Value) {
    let lie = lie.clone();
    liar.tell(Box::new(move |_, _, response| {
        *response = lie.clone();
        true
    }));
}

async fn in_time<F: Future>(case: &str, future: F) -> F::Output {
    tokio::time::timeout(AGES, future).await.unwrap_or_else(|_| panic!("{case}: waits for ever"))
}

#[tokio::test(start_paused = true)]
async fn operations_on_one_item_reject_wrong_responses() {
    let mut rejected = 0;
    for kind in Kind::BOTH {
        let mut setup: Setup<Account> = Setup::new().await;
        let liar = Liar::default();
        let table = setup.with(kind, liar.client(&setup.client)).await;
        for (what, lie) in lies() {
            for operation in Operation::ALL {
                let case = format!("{kind:?} {operation:?}: {what}");
                let (id, _) = setup.key(operation != Operation::Create).await;
                tell(&liar, &lie);
                rejected += usize::from(in_time(&case, operation.run(&table, &id)).await.is_err());
                liar.tell(Box::new(|_, _, _| false));
            }
            // A read returns the stored item, no item, or an error.
            let (id, before) = setup.key(true).await;
            tell(&liar, &lie);
            match &table {
                Behind::Typed(table) => {
                    if let Ok(Some(read)) = table.get(id.as_str()).await {
                        assert_eq!(Some(read), before, "{what}");
                    }
                }
                Behind::Plain(table) => {
                    if let Ok(Some(read)) = table.get(key(&id)).await {
                        assert_eq!(read["id"], AttributeValue::S(id.clone()), "{what}");
                    }
                }
            }
            liar.tell(Box::new(|_, _, _| false));
        }
    }
    println!("{rejected} wrong answers were rejected");
    assert!(rejected > 100);
}

#[tokio::test(start_paused = true)]
async fn searches_batches_and_transactions_reject_wrong_responses() {
    for kind in Kind::BOTH {
        let setup = Setup::<Reading>::with_readings().await;
        let liar = Liar::default();
        let table = setup.with(kind, liar.client(&setup.client)).await;
        for (what, lie) in lies() {
            let case = format!("{kind:?}: {what}");
            tell(&liar, &lie);
            for search in Search::ALL {
                if let Ok(found) = in_time(&case, table.find(search)).await {
                    assert!(found.is_empty(), "{case}: {found:?}");
                }
            }
            let got = in_time(&case, table.get_many()).await;
            assert!(got.iter().all(|response| !matches!(response, Ok(Some(_)))), "{case}");
            in_time(&case, table.write_many(&readings(1), &[])).await;
            if let Behind::Typed(table) = &table {
                let transaction = Transaction::new().with(table.put(&readings(1).remove(0)));
                let _ = in_time(&case, transaction.into_future()).await;
            }
            liar.tell(Box::new(|_, _, _| false));
        }
        setup.sound.write_many(readings(1)).await.unwrap();
        assert_eq!(table.find(Search::Query).await.unwrap(), readings(1));
    }
}

/// The response is larger than a page, and forty times as large as an item can be. It is discarded, and nothing is
/// written.
#[tokio::test(start_paused = true)]
async fn an_item_of_16_mb_is_an_error_or_no_item() {
    let large = || json!({ "id": { "S": "case-1" }, "large": { "S": "x".repeat(16 << 20) } });
    for kind in Kind::BOTH {
        let mut setup: Setup<Account> = Setup::new().await;
        let liar = Liar::default();
        let table = setup.with(kind, liar.client(&setup.client)).await;
        let (id, before) = setup.key(true).await;
        tell(&liar, &json!({ "Item": large() }));
        for operation in [Operation::Get, Operation::Update] {
            let case = format!("{kind:?} {operation:?}");
            let error = in_time(&case, operation.run(&table, &id)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{case}");
        }
        liar.tell(Box::new(|_, _, _| false));
        assert_eq!(setup.sound.get(id.as_str()).await.unwrap(), before);
    }
    let setup = Setup::<Reading>::with_readings().await;
    let liar = Liar::default();
    let table = setup.with(Kind::Typed, liar.client(&setup.client)).await;
    tell(&liar, &json!({ "Items": [large()], "Count": 1, "ScannedCount": 1 }));
    assert!(in_time("query", table.find(Search::Query)).await.is_err());
}

/// Delivers every response byte by byte.
#[derive(Debug)]
struct Slow(SharedHttpConnector);

impl HttpConnector for Slow {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let store = self.0.clone();
        HttpConnectorFuture::new(async move {
            let mut response = store.call(request).await?;
            let bytes = response.body().bytes().unwrap_or_default().to_vec();
            let frames = stream::unfold(bytes.into_iter(), |mut left| async move {
                tokio::task::yield_now().await;
                let byte = left.next()?;
                Some((Ok::<_, Infallible>(Frame::data(Bytes::from(vec![byte]))), left))
            })
            .fuse();
            *response.body_mut() = SdkBody::from_body_1_x(StreamBody::new(Box::pin(frames)));
            Ok(response)
        })
    }
}

fn slow(client: &Client) -> Client {
    let config = client.config();
    let store = config.http_client().unwrap();
    let http_client = http_client_fn(move |settings, components| {
        SharedHttpConnector::new(Slow(store.http_connector(settings, components)))
    });
    Client::from_conf(config.to_builder().http_client(http_client).build())
}

#[tokio::test(start_paused = true)]
async fn a_response_that_arrives_byte_by_byte_is_read() {
    for kind in Kind::BOTH {
        let mut setup: Setup<Account> = Setup::new().await;
        let table = setup.with(kind, slow(&setup.client)).await;
        for operation in Operation::ALL {
            let (id, before) = setup.key(operation != Operation::Create).await;
            in_time(&format!("{kind:?} {operation:?}"), operation.run(&table, &id)).await.unwrap();
            let stored = setup.sound.get(id.as_str()).await.unwrap();
            assert_eq!(stored, operation.model(&id, before), "{kind:?} {operation:?}");
        }
        let setup = Setup::<Reading>::with_readings().await;
        let table = setup.with(kind, slow(&setup.client)).await;
        assert_eq!(in_time("query", table.find(Search::Query)).await.unwrap(), readings(1));
        assert!(in_time("get_many", table.get_many()).await.iter().all(Result::is_ok));
    }
}
