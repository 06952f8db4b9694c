//! Damaged items among intact ones, and responses to other requests.

use dynaseal::repository::query::Items;
use dynaseal::testing::Attacker;
use dynaseal::{Error, ErrorKind, Item, Update, transact_get};
use dynaseal_tests::lie::Lie;

use super::{TABLE, actions, ada, connect, key, number, store, text};

fn check_integrity(error: &Error) {
    assert_eq!((error.kind(), error.item_key()), (ErrorKind::Integrity, Some(&key(2042))));
    for said in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!said.contains("e-1") && !said.contains("2042"), "{said}");
    }
}

#[tokio::test]
async fn one_damaged_item_of_a_hundred_does_not_affect_the_others() {
    let client = store().await;
    let employees = connect(&client, actions()).await.unwrap();
    employees.write_many((2000..2100).map(ada)).await.unwrap();
    Attacker::new(client, TABLE).tamper(key(2042), "name").await.unwrap();
    let others: Vec<Item> = (2000..2100).filter(|hired| *hired != 2042).map(ada).collect();

    let query = || employees.query(text("e-1"));
    let query_index = || employees.query_index("by-department", text("Engines"));
    let streams: [(&str, Items<Item>); 6] = [
        ("query", query().stream()),
        ("query_index", query_index().stream()),
        ("scan", employees.scan().stream()),
        ("scan_index", employees.scan_index("by-department").stream()),
        ("parallel_scan", employees.parallel_scan(3).stream()),
        ("parallel_scan_index", employees.parallel_scan_index("by-department", 3).stream()),
    ];
    for (call, mut stream) in streams {
        let (mut arrived, mut errors) = (Vec::new(), Vec::new());
        while let Some(element) = stream.next().await {
            match element {
                Ok(item) => arrived.push(item),
                Err(error) => errors.push(error),
            }
        }
        arrived.sort_by_key(|item| item["hired"].as_n().ok().cloned());
        assert!(arrived == others, "{call}: {} arrived", arrived.len());
        assert_eq!(errors.len(), 1, "{call}");
        check_integrity(&errors[0]);
    }

    check_integrity(&query().collect().await.unwrap_err());
    check_integrity(&query_index().count().await.unwrap_err());
    check_integrity(&employees.scan().collect().await.unwrap_err());
    check_integrity(&employees.parallel_scan(3).count().await.unwrap_err());
    check_integrity(&query().page(None).await.unwrap_err());
    let page = query().limit(50).page(None).each().await.unwrap();
    assert_eq!(page.items.iter().filter(|item| item.is_ok()).count(), 49);
    let rest = query().page(page.cursor).await.unwrap();
    assert_eq!(rest.items, others[49..]);

    let responses = employees.get_many((2000..2100).map(key)).await;
    let damaged: Vec<_> = responses.iter().filter_map(|response| response.as_ref().err().map(Error::kind)).collect();
    assert_eq!(damaged, [ErrorKind::Integrity]);
    assert_eq!(responses.into_iter().flatten().flatten().collect::<Vec<_>>(), others);
}

/// Both items are authentic.
#[tokio::test]
async fn another_item_in_a_response_is_rejected() {
    let lie = Lie::default();
    let employees = connect(&lie.client(&store().await), actions()).await.unwrap();
    employees.put(&ada(2020)).await.unwrap();
    employees.put(&ada(2021)).await.unwrap();

    lie.tell(r#""N":"2020""#, r#""N":"2021""#);
    let asked = || key(2020);
    let query = || employees.query(text("e-1")).sort_eq(number(2020));
    let by_department = employees.query_index("by-department", text("Engines")).sort_eq(number(2020));
    let count = || employees.update_in_place(asked(), Update::add("logins", number(1)));
    let change = |item: &mut Item| _ = item.insert("name".to_owned(), text("Eve"));
    let rejected = [
        ("get", employees.get(asked()).await.unwrap_err()),
        ("consistent get", employees.get(asked()).consistent().await.unwrap_err()),
        ("fetch", employees.fetch(asked()).await.unwrap_err()),
        ("update_with", employees.update_with(asked(), change).await.unwrap_err()),
        ("get_many", employees.get_many([asked()]).await.remove(0).unwrap_err()),
        ("transact_get", transact_get(vec![employees.get(asked())]).await.unwrap_err()),
        ("query", query().collect().await.unwrap_err()),
        ("count", query().count().await.unwrap_err()),
        ("page", query().page(None).await.unwrap_err()),
        ("query_index", by_department.collect().await.unwrap_err()),
        ("update_in_place", count().returning().await.unwrap_err()),
        ("put", employees.put(&ada(2020)).returning().await.unwrap_err()),
    ];
    for (call, error) in rejected {
        assert_eq!(error.kind(), ErrorKind::Integrity, "{call}");
    }
    lie.tell("", "");
    employees.put(&ada(2021)).await.unwrap();
    lie.tell(r#""N":"2020""#, r#""N":"2021""#);
    assert_eq!(employees.delete(asked()).returning().await.unwrap_err().kind(), ErrorKind::Integrity);
}
