//! Complete items found by an index that projects only keys.

use std::iter::repeat_n;

use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, ErrorKind, Repository};
use dynaseal_tests::gate::Gate;
use dynaseal_tests::network::FAULTS;

use super::indexes::{Employee, create_table, employee, store};
use super::setup::Store;

/// Returns the employees with a golden badge, by year of hire.
fn golden() -> Vec<Employee> {
    (0..24).step_by(3).map(employee).collect()
}

async fn find(employees: &Repository<Employee>) -> dynaseal::Result<Vec<Employee>> {
    let mut found = employees.query_index(Employee::indexes().by_badge, "gold").hydrate().collect().await?;
    found.sort_by_key(|employee| employee.hired);
    Ok(found)
}

#[tokio::test]
async fn complete_items_are_read_in_requests_of_a_hundred() {
    let store = Store::new();
    create_table::<Employee>(&store, "employees").await;
    let gate = Gate::default();
    let employees: Repository<Employee> = store.repository("employees", gate.client(&store.client));
    let all_golden = |number| Employee { hired: number, badge: Some("gold".to_owned()), ..employee(number % 20) };
    employees.write_many((0..250).map(all_golden)).await.unwrap();
    let query = || employees.query_index(Employee::indexes().by_badge, "gold");
    // A full page may be followed by one more request, which finds nothing.
    for (page_size, queries, batches) in [(1000, 1..=1, 3), (250, 1..=2, 3), (120, 3..=3, 2 + 2 + 1), (50, 5..=6, 5)] {
        gate.clear();
        let found = query().page_size(page_size).hydrate().collect().await.unwrap();
        assert_eq!(found.len(), 250);
        assert!(queries.contains(&gate.count("Query")), "{} with pages of {page_size}", gate.count("Query"));
        assert_eq!(gate.count("BatchGetItem"), batches, "pages of {page_size}");
        assert_eq!(gate.requests().len(), gate.count("Query") + batches, "pages of {page_size}");
    }
    gate.clear();
    assert_eq!(query().collect().await.unwrap().len(), 250);
    assert_eq!((gate.count("Query"), gate.requests().len()), (1, 1), "keys alone are in the index");
}

/// An entity in the same table as [`Employee`], and in the same index.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "visitor")]
#[item(index(name = "by-badge", partition = badge, projection = keys_only))]
struct Visitor {
    #[partition_key]
    id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    badge: Option<String>,
}

/// An index without the discriminator returns the same keys for both of them.
#[tokio::test]
async fn a_cursor_of_an_index_belongs_to_its_entity() {
    let store = Store::new();
    create_table::<Employee>(&store, "employees").await;
    let key = CursorKey::generate().unwrap();
    let employees: Repository<Employee> =
        store.builder("employees", store.client.clone()).cursor_key(key.clone()).build();
    let visitors: Repository<Visitor> = store.builder("employees", store.client.clone()).cursor_key(key).build();
    for number in (0..24).step_by(3) {
        employees.put(&employee(number)).await.unwrap();
        let id = format!("v-{number}");
        visitors.put(&Visitor { id, hired: number, badge: Some("gold".to_owned()) }).await.unwrap();
    }
    let employees_page = async |cursor: Option<Cursor>| {
        employees.query_index(Employee::indexes().by_badge, "gold").hydrate().limit(3).page(cursor).await
    };
    let visitors_page = async |cursor: Option<Cursor>| {
        visitors.query_index(Visitor::indexes().by_badge, "gold").hydrate().limit(3).page(cursor).await
    };
    let cursor = employees_page(None).await.unwrap().cursor.unwrap();
    let token = Cursor::from(cursor.to_token().unwrap());
    for cursor in [cursor, token] {
        assert_eq!(employees_page(Some(cursor.clone())).await.unwrap().items.len(), 3);
        assert_eq!(visitors_page(Some(cursor.clone())).await.unwrap_err().kind(), ErrorKind::InvalidCursor);
        let keys = visitors.query_index(Visitor::indexes().by_badge, "gold").page(cursor).await;
        assert_eq!(keys.unwrap_err().kind(), ErrorKind::InvalidCursor);
    }
    let first = visitors_page(None).await.unwrap();
    let second = visitors_page(first.cursor).await.unwrap();
    assert_eq!((first.items.len(), second.items.len()), (3, 3));
    assert!(first.items.iter().all(|visitor| !second.items.contains(visitor) && visitor.id.starts_with("v-")));
}

#[tokio::test(start_paused = true)]
async fn all_items_are_found_or_the_fault_is_reported() {
    let (store, _) = store().await;
    let (mut whole, mut told) = (0, 0);
    for fault in FAULTS.into_iter().chain([Fault::Unprocessed]) {
        // The query, the batch, and further attempts of the batch.
        for (place, times) in [(0, 1), (1, 1), (1, 3), (1, 50)] {
            let faults = Faults::script(repeat_n(Fault::None, place).chain(repeat_n(fault, times)));
            let employees = store.repository("employees", faults.beneath(&store.client).unwrap());
            match find(&employees).await {
                Ok(found) => {
                    assert_eq!(found, golden(), "{fault:?} {times} times after {place}");
                    whole += 1;
                }
                Err(error) => {
                    let clear = [ErrorKind::Throttled, ErrorKind::Unavailable];
                    assert!(clear.contains(&error.kind()), "{fault:?} {times} times after {place}: {error:?}");
                    assert!(place == 0 || times > 3, "{fault:?}: a batch is sent again");
                    told += 1;
                }
            }
        }
    }
    assert!(whole > 7 && told > 7, "{whole}, {told}");
}

/// An index is eventually consistent with its table.
#[tokio::test]
async fn items_changed_since_the_index_was_read_are_omitted() {
    let (store, sound) = store().await;
    let gate = Gate::default();
    let employees: Repository<Employee> = store.repository("employees", gate.client(&store.client));
    gate.hold(&["BatchGetItem"]);
    let search = tokio::spawn(async move { find(&employees).await });
    while gate.count("BatchGetItem") == 0 {
        tokio::task::yield_now().await;
    }
    let [deleted, demoted, raised] = [0, 3, 6].map(employee);
    sound.delete((deleted.id, deleted.hired)).await.unwrap();
    sound.update_with((demoted.id, demoted.hired), |employee| employee.badge = None).await.unwrap();
    sound.update_with((raised.id, raised.hired), |employee| employee.name = "another".to_owned()).await.unwrap();
    gate.release();
    let found = search.await.unwrap().unwrap();
    assert_eq!(found[0], Employee { name: "another".to_owned(), ..employee(6) });
    assert_eq!(found[1..], golden()[3..]);
}
