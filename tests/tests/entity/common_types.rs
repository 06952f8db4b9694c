//! Identifiers and dates of other crates in every role that they support.

use std::borrow::Cow;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem, KeyAttribute, Repository};
use secrecy::{ExposeSecret as _, SecretString};
use ulid::Ulid;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyAttribute)]
struct PatientId(Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyAttribute)]
#[item(rename_all = "lowercase")]
enum Ward {
    Surgery,
    Pediatrics,
}

/// An entity with every role: keys of the table and of indexes, parts of templates, and timestamps.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-ward", partition = ward, sort = at))]
#[item(index(name = "by-case", partition(name = "CK", template = "CASE#{case}#{urgent}"), sort = day))]
struct Visit {
    #[partition_key]
    patient: PatientId,
    #[sort_key]
    #[item(template = "VISIT#{at}")]
    at: NaiveDateTime,
    #[sign_only]
    ward: Option<Ward>,
    #[sign_only]
    case: Ulid,
    #[sign_only]
    urgent: bool,
    #[sign_only]
    day: NaiveDate,
    #[sign_only]
    #[item(created_at)]
    created: DateTime<Utc>,
    #[item(updated_at)]
    updated: Option<SystemTime>,
    notes: String,
}

fn at(day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap().and_hms_opt(hour, 0, 0).unwrap()
}

fn visit(day: u32, hour: u32) -> Visit {
    Visit {
        patient: PatientId(Uuid::from_u128(7)),
        at: at(day, hour),
        ward: (hour < 12).then_some(Ward::Surgery),
        case: Ulid(u128::from(day)),
        urgent: hour < 12,
        day: at(day, hour).date(),
        created: DateTime::UNIX_EPOCH,
        updated: None,
        notes: "none".to_owned(),
    }
}

async fn visits() -> Repository<Visit> {
    let client = dynaseal::embedded::Database::in_memory().unwrap().client();
    let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let now = UNIX_EPOCH + Duration::from_millis(1_777_593_600_500);
    let visits: Repository<Visit> =
        Repository::builder(client).table("visits").materials(provider).clock(move || now).build();
    visits.create_table().await.unwrap();
    for (day, hour) in [(1, 9), (1, 15), (2, 9), (3, 15)] {
        visits.create(&visit(day, hour)).await.unwrap();
    }
    visits
}

fn moments(visits: &[Visit]) -> Vec<NaiveDateTime> {
    visits.iter().map(|visit| visit.at).collect()
}

#[tokio::test]
async fn identifiers_and_dates_can_be_keys() {
    let visits = visits().await;
    let patient = PatientId(Uuid::from_u128(7));
    let found = visits.get((patient, at(1, 9))).await.unwrap().unwrap();
    assert_eq!(found.created.timestamp_millis(), 1_777_593_600_500);
    assert_eq!(found.updated, Some(UNIX_EPOCH + Duration::from_millis(1_777_593_600_500)));

    let from_the_second = visits.query(patient).sort_ge(at(2, 0)).collect().await.unwrap();
    assert_eq!(moments(&from_the_second), [at(2, 9), at(3, 15)]);
    let the_first = visits.query(patient).sort_between(at(1, 0), at(1, 23)).collect().await.unwrap();
    assert_eq!(moments(&the_first), [at(1, 9), at(1, 15)]);
    let of_a_day = visits.query(patient).filter(Visit::fields().day.eq(at(2, 0).date())).collect().await.unwrap();
    assert_eq!(moments(&of_a_day), [at(2, 9)]);
}

#[tokio::test]
async fn identifiers_and_dates_can_be_index_keys() {
    let visits = visits().await;
    let indexes = Visit::indexes();
    let surgery = visits.query_index(indexes.by_ward, Ward::Surgery).sort_gt(at(1, 9)).collect().await.unwrap();
    assert_eq!(moments(&surgery), [at(2, 9)]);
    assert!(visits.query_index(indexes.by_ward, Ward::Pediatrics).collect().await.unwrap().is_empty());
    let of_the_case = visits.query_index(indexes.by_case, (Ulid(1), true)).collect().await.unwrap();
    assert_eq!(moments(&of_the_case), [at(1, 9)]);
}

#[test]
fn the_stored_text_is_that_of_serde() {
    let item = visit(1, 9).to_item().unwrap();
    let text = |name: &str| item[name].as_s().unwrap().clone();
    assert_eq!(text("patient"), "00000000-0000-0000-0000-000000000007");
    assert_eq!(text("at"), "VISIT#2026-05-01T09:00:00");
    assert_eq!(text("ward"), "surgery");
    assert_eq!(text("day"), "2026-05-01");
    assert_eq!(text("CK"), "CASE#00000000000000000000000001#true");
    assert_eq!(text("created"), "1970-01-01T00:00:00Z");
    assert_eq!(item["urgent"], AttributeValue::Bool(true));
    assert_eq!(Visit::from_item(&mut item.clone()).unwrap(), visit(1, 9));
}

/// Types of the standard library, a time to live, and a secret.
#[derive(Debug, EncryptedItem)]
#[item(index(name = "by-letter", partition = letter, sort = digest))]
struct Session {
    #[partition_key]
    address: IpAddr,
    #[sort_key]
    number: NonZero<u64>,
    #[sign_only]
    letter: Option<char>,
    #[sign_only]
    digest: [u8; 4],
    #[sign_only]
    #[item(ttl)]
    expires: DateTime<Utc>,
    #[item(with = dynaseal::codec::secrecy)]
    token: Option<SecretString>,
    agent: Cow<'static, str>,
}

#[test]
fn standard_library_types_can_be_keys() {
    let session = |token: Option<&str>| Session {
        address: IpAddr::from([10, 0, 0, 1]),
        number: NonZero::new(5).unwrap(),
        letter: Some('é'),
        digest: [1, 2, 3, 4],
        expires: DateTime::from_timestamp_millis(1500).unwrap(),
        token: token.map(SecretString::from),
        agent: "curl".into(),
    };
    let mut item = session(Some("s3cret")).to_item().unwrap();
    assert_eq!(item["address"], AttributeValue::S("10.0.0.1".to_owned()));
    assert_eq!(item["number"], AttributeValue::N("5".to_owned()));
    assert_eq!(item["letter"], AttributeValue::S("é".to_owned()));
    assert!(item["digest"].is_b());
    assert_eq!(item["expires"], AttributeValue::N("2".to_owned()));
    assert_eq!(item["token"], AttributeValue::S("s3cret".to_owned()));
    assert_eq!(Session::TIME_TO_LIVE, Some("expires"));

    let read = Session::from_item(&mut item).unwrap();
    assert_eq!((read.address, read.number, read.letter), (session(None).address, session(None).number, Some('é')));
    assert_eq!(read.expires.timestamp(), 2);
    assert_eq!(read.token.as_ref().unwrap().expose_secret(), "s3cret");
    assert!(!format!("{read:?}").contains("s3cret"));
    assert!(!session(None).to_item().unwrap().contains_key("token"));
}

/// An entity with all string types, which are interchangeable in comparisons.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Page {
    #[partition_key]
    site: Box<str>,
    #[sort_key]
    path: Arc<str>,
    #[sign_only]
    title: Box<str>,
    #[sign_only]
    language: Cow<'static, str>,
}

#[tokio::test]
async fn every_string_type_is_accepted_for_every_other() {
    let client = dynaseal::embedded::Database::in_memory().unwrap().client();
    let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let pages: Repository<Page> = Repository::builder(client).table("pages").materials(provider).build();
    pages.create_table().await.unwrap();
    let page = Page { site: "a".into(), path: "/".into(), title: "Start".into(), language: "en".into() };
    pages.create(&page).await.unwrap();

    assert_eq!(pages.get(("a", "/")).await.unwrap(), Some(page.clone()));
    assert_eq!(pages.get(("a".to_owned(), "/".to_owned())).await.unwrap(), Some(page.clone()));
    let fields = Page::fields();
    let owned = "Start".to_owned();
    let conditions = [
        fields.title.eq("Start"),
        fields.title.eq(owned.clone()),
        fields.title.eq(&owned),
        fields.title.eq(Cow::Borrowed("Start")),
        fields.title.eq(Box::<str>::from("Start")),
        fields.language.eq("en"),
        fields.language.eq("en".to_owned()),
        fields.language.eq(Cow::Borrowed("en")),
    ];
    for condition in conditions {
        assert_eq!(pages.query(Cow::Borrowed("a")).filter(condition).collect().await.unwrap().len(), 1);
    }
    assert_eq!(pages.query("a").sort_begins_with("/").collect().await.unwrap().len(), 1);
    assert_eq!(pages.query(&owned).sort_eq(owned.clone()).collect().await.unwrap().len(), 0);
}
