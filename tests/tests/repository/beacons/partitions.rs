//! Items in several partitions, whose beacons differ for equal values.

use std::collections::BTreeSet;

use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::{Condition, ErrorKind};

use super::*;

const PARTITIONS: u8 = 5;

async fn crowd(client: &Client) -> EncryptedTable {
    let people = connect(client, schema(8).partitions(PARTITIONS)).await;
    let items: Vec<Item> = (0..60)
        .map(|id| {
            let mut person = ann();
            person.insert("id".to_owned(), text(&format!("p{id:02}")));
            person.insert("email".to_owned(), text(if id % 2 == 0 { "even@example.com" } else { "odd@example.com" }));
            person
        })
        .collect();
    people.write_many(items).await.unwrap();
    people
}

#[tokio::test]
async fn equal_values_have_different_beacons_and_all_are_found() {
    let client = store().await;
    let people = crowd(&client).await;
    let stored = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    let beacons: BTreeSet<String> =
        stored.iter().map(|item| item["aws_dbe_b_backup"].as_s().unwrap().clone()).collect();
    assert!(beacons.len() > 1, "all have the same value: {beacons:?}");

    let found = people.query_index("by-email", text("even@example.com")).collect().await.unwrap();
    assert_eq!(found.len(), 30);
    let found = people.scan().filter(Condition::eq("email", text("odd@example.com"))).collect().await.unwrap();
    assert_eq!(found.len(), 30);
    let by_team = || people.query_index("by-team", text("core"));
    assert_eq!(by_team().sort_eq(text("T-core^B-B7")).collect().await.unwrap().len(), 60);
    assert_eq!(by_team().filter(Condition::contains("skills", text("rust"))).count().await.unwrap(), 60);
}

#[tokio::test]
async fn a_rewritten_item_keeps_its_beacons() {
    let client = store().await;
    let people = crowd(&client).await;
    let before = stored(&client, "p07").await;
    for _ in 0..5 {
        let again = people.get(key("p07")).await.unwrap().unwrap();
        people.put(&again).await.unwrap();
    }
    let after = stored(&client, "p07").await;
    for name in ["aws_dbe_b_email", "aws_dbe_b_skills", "aws_dbe_b_team_badge"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

#[tokio::test]
async fn pages_continue_in_every_partition() {
    let client = store().await;
    let people = crowd(&client).await;
    for limit in [1, 7, 30, 31] {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let query = people.query_index("by-email-and-id", text("even@example.com")).limit(limit).page_size(3);
            let page = query.page(cursor).await.unwrap();
            assert!(page.items.len() <= limit);
            found.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), 30);
        assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>().len(), 30, "each of them once");
    }
    let first = people.query_index("by-email", text("even@example.com")).limit(4).collect().await.unwrap();
    assert_eq!(first.len(), 4);
}

/// People with one address, in an index that is sorted by their ids.
async fn sorted_people(partitions: u8, count: usize) -> (EncryptedTable, Vec<String>) {
    let client = store().await;
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    let builder = builder.cursor_key(CursorKey::from_bytes(&[5; 32]).unwrap());
    let builder = builder.beacon_schema(schema(6).partitions(partitions), keys());
    let people = builder.connect(actions()).await.unwrap();
    let all: Vec<String> = (0..count).map(|id| format!("p{id:03}")).collect();
    let person = |id: &String| {
        let mut person = ann();
        person.insert("id".to_owned(), text(id));
        person
    };
    people.write_many(all.iter().map(person).collect::<Vec<_>>()).await.unwrap();
    // Others, some of whose beacons collide with that of the address.
    let others = (0..40).map(|id| item([("id", text(&format!("q{id:03}"))), ("email", text(&format!("{id}")))]));
    people.write_many(others.collect::<Vec<_>>()).await.unwrap();
    (people, all)
}

/// The ids of items, in their order.
fn in_order(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| item["id"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn items_of_all_partitions_come_in_the_order_of_the_sort_key() {
    for partitions in [2, 5, 60] {
        let (people, ascending) = sorted_people(partitions, 50).await;
        let descending: Vec<String> = ascending.iter().rev().cloned().collect();
        let query = || people.query_index("by-email-and-id", text("ann@example.com"));
        for page_size in [1, 2, 7, 1000] {
            let found = query().page_size(page_size).collect().await.unwrap();
            assert_eq!(in_order(&found), ascending, "{partitions} partitions, pages of {page_size}");
            let found = query().page_size(page_size).descending().collect().await.unwrap();
            assert_eq!(in_order(&found), descending, "{partitions} partitions, pages of {page_size}");
        }
        for limit in [1, 3, 49, 50, 51] {
            let found = query().page_size(2).limit(limit).collect().await.unwrap();
            assert_eq!(in_order(&found), ascending[..limit.min(50)]);
            assert_eq!(query().page_size(3).limit(limit).descending().count().await.unwrap(), limit.min(50) as u64);
        }
        let found = query().page_size(2).sort_between(text("p010"), text("p019")).descending().collect().await.unwrap();
        assert_eq!(in_order(&found), descending[30..40]);
    }
}

#[tokio::test]
async fn cursors_carry_all_partitions_through_their_text() {
    let (people, ascending) = sorted_people(5, 50).await;
    let query = || people.query_index("by-email-and-id", text("ann@example.com"));
    for (limit, page_size) in [(1, 1), (4, 3), (7, 2), (20, 1000), (60, 2)] {
        for is_descending in [false, true] {
            let (mut found, mut cursor): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let query = query().limit(limit).page_size(page_size);
                let page = if is_descending { query.descending() } else { query }.page(cursor).await.unwrap();
                assert_eq!(page.items.len(), limit.min(50 - found.len()), "a page is full unless it is the last one");
                found.extend(in_order(&page.items));
                let Some(next) = page.cursor else { break };
                cursor = Some(Cursor::from(next.to_token().unwrap()));
            }
            let mut expected = ascending.clone();
            if is_descending {
                expected.reverse();
            }
            assert_eq!(found, expected, "pages of {limit}, requests of {page_size}, descending: {is_descending}");
        }
    }
    // Without a limit, a page is what one request to each partition brought.
    let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = query().page_size(3).page(cursor).await.unwrap();
        found.extend(in_order(&page.items));
        cursor = page.cursor;
        pages += 1;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, ascending);
    assert!(pages > 1);

    let cursor = query().limit(3).page(None).await.unwrap().cursor.unwrap();
    let other = people.query_index("by-email-and-id", text("bob@example.com")).page(cursor).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::InvalidCursor);
}

#[tokio::test]
async fn hundreds_of_empty_pages_are_read_through() {
    let (people, ascending) = sorted_people(5, 300).await;
    let query = || people.query_index("by-email-and-id", text("ann@example.com")).page_size(1);
    let elsewhere = || query().filter(Condition::eq("city", text("Rome")));
    assert_eq!(elsewhere().collect().await.unwrap(), []);
    assert_eq!(elsewhere().limit(1).page(None).await.unwrap().items, []);
    let mut last = ann();
    last.extend(item([("id", text("p299")), ("city", text("Rome"))]));
    people.put(&last).await.unwrap();
    assert_eq!(in_order(&elsewhere().collect().await.unwrap()), ["p299"]);
    assert_eq!(in_order(&elsewhere().descending().limit(1).collect().await.unwrap()), ["p299"]);
    let page = elsewhere().limit(1).page(None).await.unwrap();
    assert_eq!(in_order(&page.items), ["p299"]);
    assert_eq!(query().count().await.unwrap(), ascending.len() as u64);
}

/// DynamoDB takes at most 100 values in one `IN`.
#[tokio::test]
async fn more_hashes_than_one_list_takes_are_searched_in_several() {
    for (partitions, values) in [(100, 1), (101, 1), (5, 20), (7, 29), (254, 1)] {
        let client = store().await;
        let people = connect(&client, schema(30).partitions(partitions)).await;
        let person = |id: usize| {
            let mut person = ann();
            person.insert("id".to_owned(), text(&format!("p{id:02}")));
            person.insert("email".to_owned(), text(&format!("{}@example.com", id % 31)));
            person
        };
        people.write_many((0..62).map(person).collect::<Vec<_>>()).await.unwrap();
        let asked: Vec<AttributeValue> = (0..values).map(|id| text(&format!("{id}@example.com"))).collect();
        let found = people.scan().filter(Condition::is_in("email", asked)).count().await.unwrap();
        assert_eq!(found, 2 * values, "{partitions} partitions");
    }
}
