//! Every call of AWS's key store in order, with its response.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};
use crate::format::vectors::read;
use crate::keyrings::{BeaconKey, BranchKey, DiscoveryFilter, KeyStore, KmsConfiguration, NewBranchKey};

use super::replay::{Call, Replay};

#[derive(Deserialize)]
struct Operation {
    operation: String,
    input: Value,
    calls: Vec<Call>,
    output: Value,
}

/// The operations of the key store; the other calls are those of keyrings.
const OPERATIONS: usize = 15;

#[tokio::test]
async fn every_call_matches_the_key_store_of_aws() {
    let Some(operations) = read::<Vec<Operation>>("dbesdk/java390/keystore_calls.json") else { return };
    let replay = Replay::default();
    let mut count = 0;
    for Operation { operation, input, calls, output } in operations {
        let Some(store) = input.get("keyStore").map(|settings| key_store(&replay, settings)) else { continue };
        replay.expect(as_made_here(calls));
        let id = input["branchKeyId"].as_str();
        match &*operation {
            "CreateKeyStore" => store.create_table().await.unwrap(),
            "CreateKey" => {
                let new = id.map_or_else(NewBranchKey::random, NewBranchKey::with_id);
                let pairs = input["encryptionContext"].as_object().into_iter().flatten();
                let new = pairs.fold(new, |new, (key, value)| new.context(key, value.as_str().unwrap()));
                match store.create_branch_key(new).await {
                    Ok(created) if id.is_some() => assert_eq!(created, output["branchKeyId"].as_str().unwrap()),
                    Ok(created) => assert_eq!(created.len(), 36),
                    Err(error) => assert_failure(&output, &error, ErrorKind::AlreadyExists),
                }
            }
            "VersionKey" => assert_eq!(store.version_branch_key(id.unwrap()).await.unwrap().len(), 36),
            "GetActiveBranchKey" => match store.active(id.unwrap()).await {
                Ok(key) => assert_branch_key(&output, &key),
                Err(error) => {
                    assert_failure(&output, &error, ErrorKind::Materials);
                    assert!(error.is_absence(), "{error}");
                }
            },
            "GetBranchKeyVersion" => {
                let version = input["version"].as_str().unwrap();
                assert_branch_key(&output, &store.version(id.unwrap(), version).await.unwrap());
            }
            "GetBeaconKey" => assert_beacon_key(&output, &store.beacon_key(id.unwrap()).await.unwrap()),
            other => panic!("{other}"),
        }
        replay.finish(&operation);
        count += 1;
    }
    println!("{count} operations");
    assert_eq!(count, OPERATIONS);
}

fn key_store(replay: &Replay, settings: &Value) -> KeyStore {
    let kms = &settings["kms"];
    let region = settings["region"].as_str().unwrap_or("us-west-2");
    let client = replay.service().kms(region);
    let configuration = if let Some(arn) = kms["keyArn"].as_str() {
        KmsConfiguration::key(client, arn).unwrap()
    } else if let Some(arn) = kms["mrKeyArn"].as_str() {
        KmsConfiguration::multi_region_key(client, arn).unwrap()
    } else if let Some(region) = kms["mrDiscovery"].as_str() {
        KmsConfiguration::multi_region_discovery(client, region, filter("111122223333"))
    } else {
        assert_eq!(kms["discovery"], true);
        KmsConfiguration::discovery(client, filter("111122223333"))
    };
    let tokens = settings["grantTokens"].as_array().into_iter().flatten().map(|token| token.as_str().unwrap());
    let configuration = tokens.fold(configuration, KmsConfiguration::grant_token);
    KeyStore::new(replay.service().dynamodb(), settings["table"].as_str().unwrap(), configuration)
        .logical_name(settings["logicalName"].as_str().unwrap())
}

/// Returns the calls of AWS's key store, adapted to the differences of this crate.
fn as_made_here(calls: Vec<Call>) -> Vec<Call> {
    let read = calls.iter().find_map(|call| call.response["Item"]["enc"].as_object()).cloned();
    let mut ours = Vec::new();
    for mut call in calls {
        match &*call.target {
            // Reads are strongly consistent.
            "DynamoDB_20120810.GetItem" => call.request["ConsistentRead"] = json!(true),
            "DynamoDB_20120810.TransactWriteItems" => {
                let table = call.request["TransactItems"][0]["Put"]["TableName"].clone();
                let operations = call.request["TransactItems"].as_array_mut().unwrap();
                if let Some(read) = &read {
                    // The ACTIVE record must be unchanged since it was read.
                    let put = &mut operations[1]["Put"];
                    put["ConditionExpression"] = json!("attribute_exists(#BranchKeyIdentifierField) AND enc = :encOld");
                    put["ExpressionAttributeValues"] = json!({ ":encOld": read });
                } else {
                    // A shredded branch key is not created.
                    let id = operations[0]["Put"]["Item"]["branch-key-id"].clone();
                    operations.push(json!({ "ConditionCheck": {
                        "Key": { "branch-key-id": id, "type": { "S": "dynaseal:SHREDDED" } },
                        "TableName": table,
                        "ConditionExpression": "attribute_not_exists(#BranchKeyIdentifierField)",
                        "ExpressionAttributeNames": { "#BranchKeyIdentifierField": "branch-key-id" },
                    } }));
                }
            }
            // The call waits for the new table.
            "DynamoDB_20120810.CreateTable" => {
                let describe = Call {
                    target: "DynamoDB_20120810.DescribeTable".to_owned(),
                    region: call.region.clone(),
                    request: json!({ "TableName": call.request["TableName"] }),
                    status: 200,
                    response: json!({ "Table": call.response["TableDescription"] }),
                };
                ours.extend([call, describe]);
                continue;
            }
            _ => {}
        }
        ours.push(call);
    }
    ours
}

fn assert_branch_key(output: &Value, key: &BranchKey) {
    assert_eq!((key.id(), &*key.version()), (text(output, "branchKeyId"), text(output, "branchKeyVersion")));
    assert_eq!(BASE64.encode(key.as_bytes()), text(output, "branchKey"));
    assert_eq!(*key.encryption_context(), context(output));
}

fn assert_beacon_key(output: &Value, key: &BeaconKey) {
    assert_eq!(key.id(), text(output, "beaconKeyId"));
    assert_eq!(BASE64.encode(key.as_bytes()), text(output, "beaconKey"));
    assert_eq!(*key.encryption_context(), context(output));
}

fn assert_failure(output: &Value, error: &Error, kind: ErrorKind) {
    assert_eq!((output["ok"].as_bool(), error.kind()), (Some(false), kind), "{error}");
}

fn context(output: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(output["encryptionContext"].clone()).unwrap()
}

fn text<'a>(output: &'a Value, name: &str) -> &'a str {
    output[name].as_str().unwrap()
}

fn filter(account: &str) -> DiscoveryFilter {
    DiscoveryFilter::new("aws", [account])
}
