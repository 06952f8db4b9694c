//! Invalid records.

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::ErrorKind;
use crate::item::{AttributeValue, Item};
use crate::keyrings::key_store::record::{Kind, Record, check_id};
use crate::keyrings::key_store::uuid::Uuid;

const VERSION: &str = "ed2c4e6d-5a1d-453b-8c25-78fddc6f6d27";

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn record(kind: Kind) -> Item {
    let mut item = Item::from([
        ("branch-key-id".to_owned(), s("tenant")),
        ("type".to_owned(), s(&kind.name())),
        ("enc".to_owned(), AttributeValue::B(Blob::new([1; 16]))),
        ("kms-arn".to_owned(), s("arn:aws:kms:us-west-2:111122223333:key/12")),
        ("create-time".to_owned(), s("2026-11-28T22:08:56.000353Z")),
        ("hierarchy-version".to_owned(), AttributeValue::N("1".to_owned())),
        ("aws-crypto-ec:department".to_owned(), s("admin")),
    ]);
    if kind == Kind::Active {
        item.insert("version".to_owned(), s(&format!("branch:version:{VERSION}")));
    }
    item
}

fn kinds() -> [Kind; 3] {
    [Kind::Active, Kind::Version(Uuid::parse(VERSION).unwrap()), Kind::Beacon]
}

#[test]
fn records_are_bound_to_all_of_their_attributes() {
    for kind in kinds() {
        let record = record(kind);
        let parsed = Record::parse(record.clone(), "tenant", kind).unwrap();
        let context = parsed.context("logical");
        assert_eq!(context.len(), record.len(), "all but `enc`, and the logical name");
        assert_eq!(context["tablename"], "logical");
        assert_eq!(context["hierarchy-version"], "1");
        assert_eq!(context["type"], kind.name());
        assert_eq!(parsed.custom_context()["department"], "admin");
        assert_eq!(parsed.version().is_some(), kind != Kind::Beacon);
        assert_eq!(parsed.into_item(), record);
    }
}

#[test]
fn broken_records_are_rejected_and_the_attribute_is_named() {
    let remove = |name: &'static str| (name, None);
    let set = |name: &'static str, value: AttributeValue| (name, Some(value));
    let mut count = 0;
    for kind in kinds() {
        let mut cases = vec![
            remove("enc"),
            set("enc", s("not a binary")),
            remove("kms-arn"),
            set("kms-arn", AttributeValue::Bool(true)),
            remove("create-time"),
            remove("hierarchy-version"),
            set("hierarchy-version", AttributeValue::N("2".to_owned())),
            set("hierarchy-version", s("1")),
            set("branch-key-id", s("another")),
            set("type", s("branch:version:another")),
            set("aws-crypto-ec:more", AttributeValue::N("1".to_owned())),
            set("unknown", AttributeValue::Null(true)),
        ];
        match kind {
            Kind::Active => cases.extend([
                remove("version"),
                set("version", s(VERSION)),
                set("version", s("branch:version:not-a-uuid")),
            ]),
            _ => cases.push(set("version", s(&format!("branch:version:{VERSION}")))),
        }
        for (name, value) in cases {
            let mut record = record(kind);
            match value {
                Some(value) => record.insert(name.to_owned(), value),
                None => record.remove(name),
            };
            let error = Record::parse(record, "tenant", kind).err().unwrap_or_else(|| panic!("{kind:?} {name}"));
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Materials, Some(name)), "{error}");
            assert!(!error.is_retryable() && error.to_string().contains("tenant"), "{error}");
            count += 1;
        }
    }
    println!("{count} broken records");
}

#[test]
fn kms_keys_must_be_key_arns() {
    for arn in ["alias/app", "arn:aws:kms:us-west-2:111122223333:alias/app", "12", ""] {
        let mut record = record(Kind::Active);
        record.insert("kms-arn".to_owned(), s(arn));
        let error = Record::parse(record, "tenant", Kind::Active).unwrap().kms_arn().unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Materials, Some("kms-arn")));
    }
}

#[test]
fn identifiers_have_1_to_2048_bytes() {
    for id in ["1".to_owned(), "🔑".repeat(512), "x".repeat(2048)] {
        check_id(&id).unwrap();
    }
    for id in [String::new(), "🔑".repeat(513), "x".repeat(65_536)] {
        let error = check_id(&id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().len() < 200);
    }
}
