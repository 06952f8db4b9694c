//! Damaged items among intact ones.

use dynaseal::{AttributeValue, EncryptedItem, Error, ErrorKind, Repository};
use dynaseal_tests::lie::Lie;

use super::setup::{Reading, Store, key, times};

const SENSOR: &str = "sensor-of-nobodys-business";

fn check_integrity(error: &Error, time: i64) {
    assert_eq!((error.kind(), error.item_key()), (ErrorKind::Integrity, Some(&key(SENSOR, time))));
    for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!text.contains(SENSOR) && !text.contains(&time.to_string()), "{text}");
    }
}

#[tokio::test]
async fn one_damaged_item_of_a_hundred_does_not_affect_the_others() {
    let store = Store::with_readings(&[SENSOR], 0..100).await;
    store.tamper(SENSOR, 42, |item| _ = item.insert("unit".to_owned(), AttributeValue::S("mol".to_owned()))).await;
    let readings = store.readings();

    let mut stream = readings.query(SENSOR).stream();
    let (mut arrived, mut errors) = (Vec::new(), Vec::new());
    while let Some(element) = stream.next().await {
        match element {
            Ok(reading) => arrived.push(reading),
            Err(error) => errors.push((arrived.len(), error)),
        }
    }
    assert_eq!(times(&arrived), (0..100).filter(|time| *time != 42).collect::<Vec<_>>());
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, 42, "the error comes where the item would have come");
    check_integrity(&errors[0].1, 42);

    check_integrity(&readings.query(SENSOR).collect().await.unwrap_err(), 42);
    check_integrity(&readings.query(SENSOR).count().await.unwrap_err(), 42);
    check_integrity(&readings.query(SENSOR).page(None).await.unwrap_err(), 42);
    check_integrity(&readings.scan().collect().await.unwrap_err(), 42);
    check_integrity(&readings.parallel_scan(3).collect().await.unwrap_err(), 42);
    assert_eq!(readings.query(SENSOR).sort_lt(42).count().await.unwrap(), 42);

    let page = readings.query(SENSOR).limit(50).page(None).each().await.unwrap();
    let (sound, damaged): (Vec<_>, Vec<_>) = page.items.into_iter().partition(Result::is_ok);
    assert_eq!((sound.len(), damaged.len()), (49, 1));
    let rest = readings.query(SENSOR).page(page.cursor).await.unwrap();
    assert_eq!(times(&rest.items), (50..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_item_under_another_key_or_of_another_table_is_rejected() {
    let store = Store::with_readings(&[SENSOR], 0..3).await;
    store.tamper(SENSOR, 1, |item| _ = item.insert("time".to_owned(), AttributeValue::N("7".to_owned()))).await;
    let readings = store.readings();
    let mut stream = readings.query(SENSOR).stream();
    let mut kinds = Vec::new();
    while let Some(element) = stream.next().await {
        kinds.push(element.map(|reading| reading.time).map_err(|error| error.kind()));
    }
    assert_eq!(kinds, [Ok(0), Ok(1), Ok(2), Err(ErrorKind::Integrity)]);
}

#[tokio::test]
async fn an_item_that_does_not_fit_the_entity_is_a_schema_error() {
    #[derive(Debug, EncryptedItem)]
    struct Narrow {
        #[partition_key]
        sensor: String,
        #[sort_key]
        time: i8,
        value: String,
        #[sign_only]
        unit: String,
        #[do_nothing]
        seen: bool,
    }

    let store = Store::with_readings(&[SENSOR], [1, 1000, 2].into_iter()).await;
    let narrow: Repository<Narrow> = store.repository("readings", store.client.clone());
    let mut stream = narrow.query(SENSOR).stream();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!((first.time, first.value.as_str(), first.unit.as_str(), first.seen), (1, "value 1", "Pa", false));
    assert_eq!((stream.next().await.unwrap().unwrap().time, first.sensor.as_str()), (2, SENSOR));
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("time")));
    assert_eq!(error.item_key(), Some(&key(SENSOR, 1000)));
}

#[tokio::test]
async fn responses_to_another_query_are_rejected() {
    let store = Store::with_readings(&["s-1", "s-2"], 0..10).await;
    let lie = Lie::default();
    let readings: Repository<Reading> = store.repository("readings", lie.client(&store.client));
    let query = || readings.query("s-1");
    let questions = [
        (query(), r#""S":"s-1""#, r#""S":"s-2""#),
        (query().sort_lt(3), r#""N":"3""#, r#""N":"4""#),
        (query().sort_le(3), r#""N":"3""#, r#""N":"4""#),
        (query().sort_gt(3), r#""N":"3""#, r#""N":"2""#),
        (query().sort_ge(3), r#""N":"3""#, r#""N":"2""#),
        (query().sort_eq(3), r#""N":"3""#, r#""N":"2""#),
        (query().sort_between(3, 5), r#""N":"5""#, r#""N":"6""#),
        (query().sort_between(3, 5), r#""N":"3""#, r#""N":"2""#),
    ];
    for (selection, asked, answered) in questions {
        lie.tell(asked, answered);
        let error = selection.collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{asked} became {answered}");
    }
}
