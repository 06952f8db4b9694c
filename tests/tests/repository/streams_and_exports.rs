//! Items from other sources than the table: DynamoDB Streams, Lambda events and exports.

use std::collections::HashMap;

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Region};
use aws_sdk_dynamodbstreams::types::AttributeValue as StreamValue;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use dynaseal::AttributeAction::{EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, IntoAttributeValue, IntoItem, Item,
    ItemEncryptor, Repository, SchemaVersion, danger,
};
use dynaseal_tests::dynamodb_json::item_to_json;
use dynaseal_tests::samples;
use dynaseal_tests::store::keys;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Note {
    #[partition_key]
    id: String,
    text: String,
    #[sign_only]
    tags: Vec<String>,
}

fn note() -> Note {
    Note { id: "n-1".to_owned(), text: "SECRET".to_owned(), tags: vec!["a".to_owned(), "b".to_owned()] }
}

/// Returns a table with a note, and the stored note.
async fn stored_note(keys: &ItemEncryptor) -> (Client, Repository<Note>, Item) {
    let client = Database::in_memory().unwrap().client();
    let notes: Repository<Note> = Repository::builder(client.clone()).table("notes").encryptor(keys.clone()).build();
    notes.create_table().await.unwrap();
    notes.create(&note()).await.unwrap();
    let stored = danger::read_stored(&notes, "n-1").await.unwrap().unwrap();
    (client, notes, stored)
}

fn stream_value(value: &AttributeValue) -> StreamValue {
    let all = |values: &[AttributeValue]| values.iter().map(stream_value).collect();
    match value.clone() {
        AttributeValue::S(text) => StreamValue::S(text),
        AttributeValue::N(number) => StreamValue::N(number),
        AttributeValue::B(blob) => StreamValue::B(blob),
        AttributeValue::Ss(members) => StreamValue::Ss(members),
        AttributeValue::Ns(members) => StreamValue::Ns(members),
        AttributeValue::Bs(members) => StreamValue::Bs(members),
        AttributeValue::Bool(truth) => StreamValue::Bool(truth),
        AttributeValue::Null(null) => StreamValue::Null(null),
        AttributeValue::L(elements) => StreamValue::L(all(&elements)),
        AttributeValue::M(entries) => {
            StreamValue::M(entries.iter().map(|(key, value)| (key.clone(), stream_value(value))).collect())
        }
        _ => panic!("a type that items do not have"),
    }
}

fn image(item: &Item) -> HashMap<String, StreamValue> {
    item.iter().map(|(name, value)| (name.clone(), stream_value(value))).collect()
}

/// Returns the event of a Lambda function for a new item.
fn event(stored: &Item) -> Event {
    let change = json!({
        "ApproximateCreationDateTime": 1_764_000_000.0,
        "Keys": {"id": {"S": "n-1"}},
        "NewImage": item_to_json(stored),
        "SequenceNumber": "111",
        "SizeBytes": 26,
        "StreamViewType": "NEW_IMAGE",
    });
    let record = json!({
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": change,
    });
    serde_json::from_value(json!({"Records": [record]})).unwrap()
}

#[tokio::test]
async fn a_record_of_a_stream_is_verified_and_decrypted() {
    let (_, notes, stored) = stored_note(&keys()).await;
    let records = streams(&json!({"Records": [{"dynamodb": {"NewImage": item_to_json(&stored)}}]}));
    let response = records.get_records().shard_iterator("one").send().await.unwrap();
    for record in response.records.unwrap() {
        let image = record.dynamodb.unwrap().new_image.unwrap();
        assert_eq!(notes.decrypt(image).await.unwrap(), note());
    }
}

#[tokio::test]
async fn an_event_of_a_lambda_trigger_is_verified_and_decrypted() {
    let (_, notes, stored) = stored_note(&keys()).await;
    let record = event(&stored).records.remove(0);
    assert_eq!(notes.decrypt(record.change.new_image).await.unwrap(), note());
    // The image is missing, as after a deletion.
    let error = notes.decrypt(record.change.old_image).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn untyped_items_are_read_from_streams_and_exports() {
    let keys = keys();
    let (client, _, stored) = stored_note(&keys).await;
    let actions = AttributeActions::new(EncryptAndSign).with("tags", SignOnly);
    let notes = EncryptedTable::builder(client).table("notes").encryptor(keys).connect(actions).await.unwrap();
    let by_get = notes.get(Item::from([("id".to_owned(), stored["id"].clone())])).await.unwrap().unwrap();
    assert_eq!(notes.decrypt(stored.clone()).await.unwrap(), by_get);
    assert_eq!(notes.decrypt(image(&stored)).await.unwrap(), by_get);
    assert_eq!(notes.decrypt(event(&stored).records.remove(0).change.new_image).await.unwrap(), by_get);
}

#[tokio::test]
async fn items_changed_in_transit_are_rejected() {
    let (_, notes, mut stored) = stored_note(&keys()).await;
    stored.insert("tags".to_owned(), AttributeValue::L(Vec::new()));
    let error = notes.decrypt(image(&stored)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert_eq!(error.item_key().unwrap()["id"], stored["id"]);
    assert!(!format!("{error} {error:?}").contains("n-1"));
}

#[tokio::test]
async fn events_of_older_versions_are_read() {
    let (former_keys, keys) = (keys(), keys());
    let (client, _, stored) = stored_note(&former_keys).await;
    let former = SchemaVersion::of::<Note>("former keys").encryptor(former_keys);
    let notes: Repository<Note> = Repository::builder(client).table("notes").encryptor(keys).also_reads(former).build();
    assert_eq!(notes.decrypt(stored).await.unwrap(), note());
}

#[test]
fn values_of_every_type_are_equal_in_each_crate() {
    let item = samples::item("somebody");
    assert_eq!(image(&item).into_item().unwrap(), item);
    assert_eq!(item.clone().into_item().unwrap(), item);
    let json = item_to_json(&item);
    let exported: serde_dynamo::Item = serde_json::from_value(json).unwrap();
    assert_eq!(exported.into_item().unwrap(), item);
    let bytes = serde_dynamo::AttributeValue::B(vec![1, 2]).into_attribute_value().unwrap();
    assert_eq!(bytes, AttributeValue::B(Blob::new([1, 2])));
}

#[tokio::test]
async fn a_value_of_an_unknown_type_is_an_error_that_names_its_attribute() {
    let image = json!({"id": {"S": "n-1"}, "new": {"L": [{"QUATERNION": "1+i"}]}});
    let records = streams(&json!({"Records": [{"dynamodb": {"NewImage": image}}]}));
    let response = records.get_records().shard_iterator("one").send().await.unwrap();
    let image = response.records.unwrap().remove(0).dynamodb.unwrap().new_image.unwrap();
    let error = image.into_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("new")));
}

/// Returns a client for a DynamoDB Streams that always sends this response.
fn streams(response: &Value) -> aws_sdk_dynamodbstreams::Client {
    let always = SharedHttpConnector::new(Always(response.to_string()));
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .allow_no_auth()
        .http_client(http_client_fn(move |_, _| always.clone()));
    aws_sdk_dynamodbstreams::Client::from_conf(config.build())
}

#[derive(Debug)]
struct Always(String);

impl HttpConnector for Always {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200_u16.try_into().unwrap(), SdkBody::from(self.0.clone()))))
    }
}
