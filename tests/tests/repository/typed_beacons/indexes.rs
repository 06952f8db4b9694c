//! Indexes whose keys are beacons: order, pages and cursors.

use dynaseal::EncryptedItem as _;

use super::people::{Person, numbers, people};

const EMAIL: &str = "user-7@example.com";

#[tokio::test]
async fn every_page_size_finds_the_same_items_once() {
    let (people, all) = people(400).await;
    let expected = numbers(all.iter().filter(|person| person.has_email(EMAIL)));
    for page_size in [1, 3, 1000] {
        let query = people.query_index(Person::indexes().by_email, EMAIL).page_size(page_size);
        assert_eq!(numbers(&query.collect().await.unwrap()), expected, "{page_size}");
    }
    for limit in [1, 3, 8, 100] {
        let query = people.query_index(Person::indexes().by_email, EMAIL).page_size(3).limit(limit);
        let found = query.collect().await.unwrap();
        assert_eq!(found.len(), expected.len().min(limit), "a limit counts the matching items");
    }
}

#[tokio::test]
async fn pages_continue_where_the_previous_one_ended() {
    let (people, all) = people(400).await;
    let expected = numbers(all.iter().filter(|person| person.has_email(EMAIL)));
    for (limit, page_size) in [(1, 2), (2, 1), (3, 50)] {
        let (mut cursor, mut found, mut pages) = (None, Vec::new(), 0);
        loop {
            let query = people.query_index(Person::indexes().by_email, EMAIL).limit(limit).page_size(page_size);
            let page = query.page(cursor).await.unwrap();
            assert!(page.items.len() <= limit);
            found.extend(page.items);
            cursor = page.cursor;
            pages += 1;
            if cursor.is_none() {
                break;
            }
            assert!(pages < 1000, "it does not end");
        }
        assert_eq!(numbers(&found), expected, "limit {limit}, page size {page_size}");
    }
}

#[tokio::test]
async fn items_hydrated_from_a_keys_only_index_are_compared() {
    let (people, all) = people(300).await;
    let expected = numbers(all.iter().filter(|person| person.ssn.ends_with("0042")));
    let found = people.query_index(Person::indexes().by_last4, "0042").hydrate().collect().await.unwrap();
    assert_eq!(numbers(&found), expected);
    assert!(!expected.is_empty());
}

#[tokio::test]
async fn the_table_is_created_with_indexes_on_beacons() {
    let (people, _) = people(1).await;
    let names: Vec<&str> = Person::INDEXES.iter().map(|index| index.partition_key.name).collect();
    assert_eq!(names, ["aws_dbe_b_email", "aws_dbe_b_last4"]);
    assert!(people.check_table().await.unwrap().is_ok());
}
