//! Branch keys in a DynamoDB table.

use std::collections::{BTreeSet, HashSet};

use dynaseal::embedded::Database;
use dynaseal::keyrings::{DiscoveryFilter, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::{AttributeValue, ErrorKind, danger};
use dynaseal_tests::tenants::{KeyStoreFixture, REGION, TABLE, configuration, key, named};
use dynaseal_tests::values::s;

const TENANT: &str = "tenant-é-🔑";

fn filter(account: &str) -> DiscoveryFilter {
    DiscoveryFilter::new("aws", [account])
}

/// Returns the version that the ACTIVE record names.
async fn active_version(fixture: &KeyStoreFixture, id: &str) -> String {
    fixture.store.describe_branch_key(id).await.unwrap().active_version.unwrap()
}

#[tokio::test]
async fn branch_keys_are_created_versioned_and_read() {
    let fixture = KeyStoreFixture::new().await;
    let store = &fixture.store;
    store.create_table().await.unwrap(); // is left as it is
    assert_eq!(store.create_branch_key(named(TENANT)).await.unwrap(), TENANT);

    let first = store.active(TENANT).await.unwrap();
    assert_eq!((first.id(), &*first.version()), (TENANT, &*active_version(&fixture, TENANT).await));
    assert_eq!(first.encryption_context()["purpose"], "tests");
    assert_eq!(store.version(TENANT, &first.version()).await.unwrap().as_bytes(), first.as_bytes());
    let beacon = store.beacon_key(TENANT).await.unwrap();
    assert_ne!(beacon.as_bytes(), first.as_bytes());

    let version = store.version_branch_key(TENANT).await.unwrap();
    let second = store.active(TENANT).await.unwrap();
    assert_eq!(second.version(), version);
    assert_ne!(second.as_bytes(), first.as_bytes());
    assert_eq!(second.encryption_context(), first.encryption_context());
    assert_eq!(store.version(TENANT, &first.version()).await.unwrap().as_bytes(), first.as_bytes());
    assert_eq!(store.beacon_key(TENANT).await.unwrap().as_bytes(), beacon.as_bytes(), "beacons never change");

    let info = store.describe_branch_key(TENANT).await.unwrap();
    assert_eq!(info.versions, [first.version(), version]);
    assert!(info.has_beacon_key && !info.is_shredded);
    assert_eq!((info.kms_arn.as_deref(), &*info.encryption_context["purpose"]), (Some(&*fixture.key), "tests"));
    let random = store.create_branch_key(NewBranchKey::random()).await.unwrap();
    let listed: BTreeSet<String> = store.list_branch_keys().await.unwrap().into_iter().map(|info| info.id).collect();
    assert_eq!(listed, [random, TENANT.to_owned()].into());
    assert_eq!((&*store.info().table_name, &*store.info().logical_name), (TABLE, TABLE));

    for (operation, body) in fixture.gate.requests() {
        if matches!(operation.as_str(), "GetItem" | "Query" | "Scan") {
            assert!(body.contains(r#""ConsistentRead":true"#), "{body}");
        }
    }
    // A plaintext key was only requested in order to return it.
    let calls = fixture.kms.calls();
    assert!(calls.iter().all(|call| call.operation != "GenerateDataKey"));
    assert_eq!(calls.iter().filter(|call| call.operation == "Decrypt").count(), 6);
}

#[tokio::test]
async fn identifiers_are_checked_before_anything_is_sent() {
    let fixture = KeyStoreFixture::new().await;
    for id in [String::new(), "x".repeat(64 * 1024), "🔑".repeat(513)] {
        let error = fixture.store.create_branch_key(named(&*id)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("2,048 bytes"), "{error}");
        assert_eq!(fixture.store.active(&id).await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(danger::shred(&fixture.store, &id).await.unwrap_err().kind(), ErrorKind::Usage);
    }
    let error = fixture.store.create_branch_key(NewBranchKey::with_id("tenant")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains(".context("), "{error}");
    assert_eq!(fixture.store.version("tenant", "1").await.unwrap_err().kind(), ErrorKind::Usage);
    let tokens = (0..11).fold(configuration(&fixture.kms, &fixture.key), |kms, _| kms.grant_token("token"));
    let store = KeyStore::new(fixture.gate.client(&fixture.client), TABLE, tokens);
    assert_eq!(store.create_branch_key(named("tenant")).await.unwrap_err().kind(), ErrorKind::Usage);
    assert!(fixture.kms.calls().is_empty() && fixture.gate.requests().is_empty());

    for id in ["1".to_owned(), "🔑".repeat(512)] {
        fixture.store.create_branch_key(named(&*id)).await.unwrap();
        assert_eq!(fixture.store.active(&id).await.unwrap().id(), id);
    }
}

#[tokio::test]
async fn an_identifier_is_used_once() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    let before = fixture.store.active(TENANT).await.unwrap();
    let error = fixture.store.create_branch_key(named(TENANT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(fixture.store.active(TENANT).await.unwrap().as_bytes(), before.as_bytes());
    assert_eq!(fixture.records().await.len(), 3);
}

/// Both processes read the same ACTIVE record before either writes.
#[tokio::test]
async fn one_of_two_concurrent_versionings_fails() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    fixture.gate.hold(&["TransactWriteItems"]);
    let version = || {
        let store = fixture.store.clone();
        tokio::spawn(async move { store.version_branch_key(TENANT).await })
    };
    let versions = [version(), version()];
    while fixture.gate.count("TransactWriteItems") < 2 {
        tokio::task::yield_now().await;
    }
    fixture.gate.release();
    let [one, other] = versions;
    let (made, failed): (Vec<_>, Vec<_>) =
        [one.await.unwrap(), other.await.unwrap()].into_iter().partition(Result::is_ok);
    let error = failed.into_iter().next().unwrap().unwrap_err();
    assert!(error.kind() == ErrorKind::Conflict && error.is_conflict(), "{error}");
    assert!(error.to_string().contains("nothing was written"), "{error}");
    let info = fixture.store.describe_branch_key(TENANT).await.unwrap();
    assert_eq!(info.active_version, made.into_iter().next().map(Result::unwrap));
    assert_eq!(info.versions.len(), 2);
    fixture.store.active(TENANT).await.unwrap();
}

#[tokio::test]
async fn one_of_many_creators_succeeds() {
    let fixture = KeyStoreFixture::new().await;
    let creators = (0..20).map(|_| {
        let store = fixture.store.clone();
        tokio::spawn(async move { store.create_branch_key(named(TENANT)).await.map_err(|error| error.kind()) })
    });
    let mut created = 0;
    for creator in creators.collect::<Vec<_>>() {
        match creator.await.unwrap() {
            Ok(_) => created += 1,
            Err(kind) => assert_eq!(kind, ErrorKind::AlreadyExists),
        }
    }
    assert_eq!((created, fixture.records().await.len()), (1, 3));
}

/// Each case is a broken record, with the attribute that the error names.
#[tokio::test]
async fn broken_records_are_rejected() {
    let fixture = KeyStoreFixture::new().await;
    let other = fixture.kms.create_key(REGION);
    fixture.create([TENANT, "another"]).await;
    let sound = fixture.record(TENANT, "branch:ACTIVE").await.unwrap();
    let anothers = fixture.record("another", "branch:ACTIVE").await.unwrap();
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let cases = [
        ("enc", None, "enc"),
        ("enc", Some(s("text")), "enc"),
        ("enc", Some(anothers["enc"].clone()), "another branch key"),
        ("kms-arn", None, "kms-arn"),
        ("kms-arn", Some(s(&other)), "configured with"),
        ("kms-arn", Some(s("arn:aws:kms:us-west-2:111122223333:alias/app")), "not the ARN"),
        ("kms-arn", Some(s(&fixture.key.replace(REGION, "eu-west-1"))), "configured with"),
        ("create-time", None, "create-time"),
        ("create-time", Some(s("2020-01-01T00:00:00.000000Z")), "was changed"),
        ("hierarchy-version", None, "hierarchy-version"),
        ("hierarchy-version", Some(number("2")), "the only version"),
        ("version", None, "version"),
        ("version", Some(s("branch:version:not-a-uuid")), "version"),
        ("version", Some(anothers["version"].clone()), "was changed"),
        ("aws-crypto-ec:purpose", None, "was changed"),
        ("aws-crypto-ec:purpose", Some(s("other")), "was changed"),
        ("aws-crypto-ec:more", Some(s("more")), "was changed"),
        ("more", Some(number("1")), "not a string"),
    ];
    let count = cases.len();
    for (name, value, expected) in cases {
        let mut record = sound.clone();
        match value {
            Some(value) => drop(record.insert(name.to_owned(), value)),
            None => drop(record.remove(name)),
        }
        fixture.put(record).await;
        fixture.forget_calls();
        let error = fixture.store.active(TENANT).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials, "{name}: {error}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert!(error.to_string().contains(TENANT), "{name}: {error}");

        // No new version is created from it either.
        let error = fixture.store.version_branch_key(TENANT).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials, "{name}: {error}");
        assert_eq!(fixture.gate.count("TransactWriteItems"), 0);
    }
    fixture.put(sound).await;
    fixture.store.active(TENANT).await.unwrap();
    println!("{count} broken records");
}

/// The record is authentic, but belongs to another tenant.
#[tokio::test]
async fn a_record_copied_to_another_tenant_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT, "victim"]).await;
    for record_type in ["branch:ACTIVE", "beacon:ACTIVE"] {
        let mut record = fixture.record(TENANT, record_type).await.unwrap();
        record.insert("branch-key-id".to_owned(), s("victim"));
        fixture.put(record).await;
    }
    let errors = [
        fixture.store.active("victim").await.unwrap_err(),
        fixture.store.beacon_key("victim").await.unwrap_err(),
        fixture.store.version_branch_key("victim").await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.aws_code()), (ErrorKind::Materials, Some("InvalidCiphertextException")));
        assert!(error.to_string().contains("belongs to another branch key"), "{error}");
    }
}

#[tokio::test]
async fn another_logical_name_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    let renamed = fixture.store.clone().logical_name("another");
    let error = renamed.active(TENANT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("logical name is not \"another\""), "{error}");

    // The same logical name for another table, such as a restored one.
    let restored = KeyStore::new(fixture.client.clone(), "restored", configuration(&fixture.kms, &fixture.key));
    restored.create_table().await.unwrap();
    for record in fixture.records().await {
        fixture.client.put_item().table_name("restored").set_item(Some(record)).send().await.unwrap();
    }
    restored.active(TENANT).await.unwrap_err();
    restored.logical_name(TABLE).active(TENANT).await.unwrap();
}

#[tokio::test]
async fn each_kms_configuration_limits_reads_and_creation() {
    let fixture = KeyStoreFixture::new().await;
    let kms = &fixture.kms;
    let primary = kms.create_multi_region_key(REGION);
    let replica = kms.replicate_key(&primary, "eu-west-1").unwrap();
    let store = |configuration| KeyStore::new(fixture.client.clone(), TABLE, configuration);
    let single = |arn: &str| store(KmsConfiguration::key(kms.client(REGION), arn).unwrap());
    let multi = |arn: &str| store(KmsConfiguration::multi_region_key(kms.client(REGION), arn).unwrap());
    single(&fixture.key).create_branch_key(named("single")).await.unwrap();
    multi(&primary).create_branch_key(named("multi")).await.unwrap();

    let discovery = store(KmsConfiguration::discovery(kms.client(REGION), filter("111122223333")));
    let elsewhere =
        store(KmsConfiguration::multi_region_discovery(kms.client("eu-west-1"), "eu-west-1", filter("111122223333")));
    let others = store(KmsConfiguration::discovery(kms.client(REGION), filter("444455556666")));
    for (store, id, reads, region) in [
        (&single(&fixture.key), "single", true, REGION),
        (&single(&fixture.key), "multi", false, ""),
        (&single(&primary), "multi", true, REGION),
        (&single(&replica), "multi", false, ""),
        (&multi(&replica), "multi", true, "eu-west-1"),
        (&multi(&replica), "single", false, ""),
        (&multi(&fixture.key), "single", true, REGION),
        (&discovery, "single", true, REGION),
        (&discovery, "multi", true, REGION),
        (&elsewhere, "multi", true, "eu-west-1"),
        (&elsewhere, "single", true, REGION),
        (&others, "multi", false, ""),
    ] {
        kms.clear_calls();
        let outcome = store.active(id).await;
        let what = format!("{} {id}", store.info().kms);
        match outcome {
            Ok(_) => assert_eq!((reads, &*kms.calls()[0].region), (true, region), "{what}"),
            Err(error) => {
                assert_eq!((reads, error.kind()), (false, ErrorKind::Materials), "{what}: {error}");
                assert!(kms.calls().is_empty(), "{what}");
            }
        }
    }

    for store in [&discovery, &elsewhere] {
        assert_eq!(store.create_branch_key(named("new")).await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(store.version_branch_key("multi").await.unwrap_err().kind(), ErrorKind::Usage);
    }
    // The record keeps the ARN that it was created with.
    multi(&replica).version_branch_key("multi").await.unwrap();
    assert_eq!(discovery.describe_branch_key("multi").await.unwrap().kms_arn, Some(primary.clone()));
    multi(&primary).active("multi").await.unwrap();

    for text in ["alias/app", "arn:aws:kms:us-west-2:111122223333:alias/app", "1234", ""] {
        for error in [
            KmsConfiguration::key(kms.client(REGION), text).unwrap_err(),
            KmsConfiguration::multi_region_key(kms.client(REGION), text).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    }
}

#[tokio::test]
async fn grant_tokens_go_with_every_call() {
    let fixture = KeyStoreFixture::new().await;
    let operations = ["GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Decrypt"];
    let token = fixture.kms.create_grant(&fixture.key, "service", &operations);
    let client = fixture.kms.client_of(REGION, "service");
    let without = KmsConfiguration::key(client, &fixture.key).unwrap();
    let with = without.clone().grant_token(token);
    let store = |kms| KeyStore::new(fixture.client.clone(), TABLE, kms);
    let error = store(without).create_branch_key(named(TENANT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("kms:GenerateDataKeyWithoutPlaintext"), "{error}");
    assert!(fixture.records().await.is_empty());
    let store = store(with);
    store.create_branch_key(named(TENANT)).await.unwrap();
    store.version_branch_key(TENANT).await.unwrap();
    store.active(TENANT).await.unwrap();
}

#[tokio::test]
async fn failures_name_the_service_and_leave_nothing_incomplete() {
    let fixture = KeyStoreFixture::new().await;
    let store = &fixture.store;
    assert_eq!(store.active(TENANT).await.unwrap_err().kind(), ErrorKind::Materials);
    fixture.create([TENANT]).await;
    let before = fixture.records().await.len();
    for (code, status, kind) in [
        ("ProvisionedThroughputExceededException", 400, ErrorKind::Throttled),
        ("InternalServerError", 500, ErrorKind::Unavailable),
        ("AccessDeniedException", 400, ErrorKind::Materials),
        ("ResourceNotFoundException", 400, ErrorKind::Materials),
    ] {
        for operation in ["GetItem", "TransactWriteItems", "Query", "Scan"] {
            fixture.gate.reject(operation, status, code);
        }
        for error in [
            store.active(TENANT).await.unwrap_err(),
            store.create_branch_key(named("new")).await.unwrap_err(),
            store.describe_branch_key(TENANT).await.unwrap_err(),
            store.list_branch_keys().await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.aws_code()), (kind, Some(code)), "{error}");
            if kind == ErrorKind::Materials {
                assert!(error.to_string().contains("key store's table \"branch-keys\""), "{error}");
            }
        }
        fixture.gate.accept();
    }

    fixture.kms.throttle_next(1);
    assert_eq!(store.active(TENANT).await.unwrap_err().kind(), ErrorKind::Throttled);
    fixture.kms.set_outage(true);
    assert_eq!(store.create_branch_key(named("new")).await.unwrap_err().kind(), ErrorKind::Unavailable);
    fixture.kms.set_outage(false);
    for (change, expected) in [
        (dynaseal::testing::kms::Kms::disable_key as fn(&_, &_), "disabled"),
        (dynaseal::testing::kms::Kms::schedule_key_deletion, "pending deletion"),
        (dynaseal::testing::kms::Kms::revoke_access, "access denied"),
    ] {
        change(&fixture.kms, &fixture.key);
        for error in [
            store.active(TENANT).await.unwrap_err(),
            store.version_branch_key(TENANT).await.unwrap_err(),
            store.create_branch_key(named("new")).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Materials);
            assert!(error.to_string().contains(expected), "{error}");
        }
        fixture.kms.enable_key(&fixture.key);
    }
    fixture.kms.restore_access(&fixture.key);
    assert_eq!(fixture.records().await.len(), before);
    store.active(TENANT).await.unwrap();
}

#[tokio::test]
async fn a_table_with_another_key_schema_is_rejected() {
    use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};

    let client = Database::in_memory().unwrap().client();
    let name = |name: &str| AttributeDefinition::builder().attribute_name(name);
    let request = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(name("branch-key-id").attribute_type(ScalarAttributeType::S).build().unwrap())
        .key_schema(
            KeySchemaElement::builder().attribute_name("branch-key-id").key_type(KeyType::Hash).build().unwrap(),
        );
    request.send().await.unwrap();
    let kms = dynaseal::testing::kms::Kms::new();
    let key = kms.create_key(REGION);
    let error = KeyStore::new(client, TABLE, configuration(&kms, &key)).create_table().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
}

#[tokio::test]
async fn a_shredded_branch_key_never_returns() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT, "other"]).await;
    let version = fixture.store.active(TENANT).await.unwrap().version();
    fixture.store.version_branch_key(TENANT).await.unwrap();

    let report = danger::shred(&fixture.store, TENANT).await.unwrap();
    assert_eq!((&*report.id, report.deleted_records, report.was_begun), (TENANT, 4, false));
    assert!(report.copies.is_empty(), "{report:?}");
    assert_eq!(report.unknown.len(), 2, "the embedded store knows no backups: {report:?}");
    for error in [
        fixture.store.active(TENANT).await.unwrap_err(),
        fixture.store.version(TENANT, &version).await.unwrap_err(),
        fixture.store.beacon_key(TENANT).await.unwrap_err(),
        fixture.store.version_branch_key(TENANT).await.unwrap_err(),
        fixture.store.create_branch_key(named(TENANT)).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("shredded"), "{error}");
    }
    let info = fixture.store.describe_branch_key(TENANT).await.unwrap();
    assert!(info.is_shredded && info.versions.is_empty() && info.active_version.is_none() && !info.has_beacon_key);
    assert!(fixture.record(TENANT, "dynaseal:SHREDDED").await.is_some());
    let again = danger::shred(&fixture.store, TENANT).await.unwrap();
    assert_eq!((again.deleted_records, again.was_begun), (0, true));
    fixture.store.active("other").await.unwrap();

    let error = danger::shred(&fixture.store, "typing-error").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(fixture.record("typing-error", "dynaseal:SHREDDED").await.is_none());
}

/// There are more records than one transaction can hold, and a failure after each step.
#[tokio::test]
async fn shredding_continues_where_it_stopped() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    for _ in 0..120 {
        fixture.store.version_branch_key(TENANT).await.unwrap();
    }
    fixture.gate.reject("DeleteItem", 500, "InternalServerError");
    assert_eq!(danger::shred(&fixture.store, TENANT).await.unwrap_err().kind(), ErrorKind::Unavailable);
    // The tombstone was written first.
    assert!(fixture.record(TENANT, "dynaseal:SHREDDED").await.is_some());
    let error = fixture.store.create_branch_key(named(TENANT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);

    fixture.gate.lose_response("DeleteItem");
    let mut failures = 0;
    while failures < 5 {
        danger::shred(&fixture.store, TENANT).await.unwrap_err();
        failures += 1;
    }
    fixture.gate.accept();
    let report = danger::shred(&fixture.store, TENANT).await.unwrap();
    assert!(report.was_begun && report.deleted_records > 110, "{report:?}");
    let left: Vec<_> = fixture.records().await.into_iter().map(|record| record["type"].clone()).collect();
    assert_eq!(left, [s("dynaseal:SHREDDED")]);
}

/// A version that is created between two steps of the shredding is deleted as well, or not created.
#[tokio::test]
async fn no_version_survives_a_concurrent_shredding() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    fixture.gate.hold(&["DeleteItem"]);
    let store = fixture.store.clone();
    let shredding = tokio::spawn(async move { danger::shred(&store, TENANT).await });
    while fixture.gate.count("DeleteItem") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.store.version_branch_key(TENANT).await.unwrap();
    fixture.gate.release();
    shredding.await.unwrap().unwrap();
    assert_eq!(fixture.records().await.len(), 1);
    assert!(fixture.record(TENANT, "dynaseal:SHREDDED").await.is_some());
}

/// AWS's clients do not know the tombstone, and their conditions hold, so they can create the branch key again.
#[tokio::test]
async fn records_beside_a_tombstone_are_detected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create([TENANT]).await;
    let records = fixture.records().await;
    danger::shred(&fixture.store, TENANT).await.unwrap();
    for record in records {
        fixture.put(record).await;
    }
    let info = fixture.store.describe_branch_key(TENANT).await.unwrap();
    assert!(info.is_shredded && info.active_version.is_some());
    let report = danger::shred(&fixture.store, TENANT).await.unwrap();
    assert_eq!((report.was_begun, report.deleted_records), (true, 3));
}

#[tokio::test]
async fn keys_of_different_branch_keys_differ() {
    let fixture = KeyStoreFixture::new().await;
    let ids: Vec<String> = (0..20).map(|number| format!("tenant-{number}")).collect();
    fixture.create(&ids).await;
    let mut keys = HashSet::new();
    for id in &ids {
        keys.insert(*fixture.store.active(id).await.unwrap().as_bytes());
        keys.insert(*fixture.store.beacon_key(id).await.unwrap().as_bytes());
    }
    assert_eq!(keys.len(), 40);
    assert!(fixture.record("tenant-1", "branch:ACTIVE").await.is_some());
    assert_eq!(key("a", "b").len(), 2);
}
