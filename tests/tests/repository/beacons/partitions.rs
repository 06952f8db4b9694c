//! Items in several partitions, whose beacons differ for equal values.

use std::collections::BTreeSet;

use dynaseal::Condition;

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
