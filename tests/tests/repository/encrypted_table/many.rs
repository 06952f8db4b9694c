//! Empty requests, thousands of items, duplicates, and large items.

use dynaseal::repository::Get;
use dynaseal::{Error, ErrorKind, Item, Repository, Transaction, transact_get};
use dynaseal_tests::gate::Gate;

use super::{Employee, EncryptedTable, TABLE, actions, ada, connect, employees, item, key, keys, number, store, text};

fn kinds<'a>(errors: impl IntoIterator<Item = &'a Error>) -> Vec<ErrorKind> {
    errors.into_iter().map(Error::kind).collect()
}

fn reasons(error: &Error) -> Vec<Option<ErrorKind>> {
    error.cancellation_reasons().iter().map(|reason| reason.as_ref().map(Error::kind)).collect()
}

#[tokio::test]
async fn empty_requests_send_nothing_and_empty_tables_have_no_items() {
    let gate = Gate::default();
    let employees = connect(&gate.client(&store().await), actions()).await.unwrap();
    gate.clear();
    assert!(employees.get_many(Vec::<Item>::new()).await.is_empty());
    employees.write_many([]).await.unwrap();
    employees.transaction().await.unwrap();
    assert!(transact_get(Vec::<Get<Item>>::new()).await.unwrap().is_empty());
    assert!(gate.requests().is_empty());

    assert!(employees.query(text("e-1")).collect().await.unwrap().is_empty());
    assert_eq!(employees.query_index("by-department", text("Engines")).count().await.unwrap(), 0);
    assert_eq!(employees.scan().count().await.unwrap(), 0);
    assert_eq!(employees.parallel_scan(4).count().await.unwrap(), 0);
    let page = employees.query(text("e-1")).limit(10).page(None).await.unwrap();
    assert!(page.items.is_empty() && page.cursor.is_none());
}

#[tokio::test]
async fn results_are_in_key_order_and_duplicates_are_read_once() {
    let gate = Gate::default();
    let employees = connect(&gate.client(&store().await), actions()).await.unwrap();
    employees.write_many((0..250).map(ada)).await.unwrap();
    assert_eq!(gate.count("BatchWriteItem"), 10);

    // The 10,000 keys stand for 300 items, of which 250 exist.
    let asked: Vec<u32> = (0..10_000).map(|i| (i * 7919) % 300).collect();
    let responses = employees.get_many(asked.iter().map(|hired| key(*hired))).await;
    assert_eq!((gate.count("BatchGetItem"), responses.len()), (3, asked.len()));
    for (hired, response) in asked.into_iter().zip(responses) {
        assert_eq!(response.unwrap(), (hired < 250).then(|| ada(hired)));
    }
}

/// DynamoDB treats `2020.0` as `2020`.
#[tokio::test]
async fn equal_numbers_are_the_same_key() {
    let employees = employees().await;
    employees.put(&ada(2020)).await.unwrap();
    let spelled = |hired: &str| item([("id", text("e-1")), ("hired", dynaseal::AttributeValue::N(hired.to_owned()))]);
    let responses = employees.get_many([key(2020), spelled("2020.0"), spelled("2.02e3")]).await;
    assert!(responses.into_iter().all(|response| response.unwrap() == Some(ada(2020))));
    let left = employees.write_many([ada(2020)]).delete([spelled("2020.0")]).await.unwrap_err();
    assert_eq!(kinds(left.errors()), [ErrorKind::Usage; 2]);
    let twice = Transaction::new().with(employees.put(&ada(2020))).with(employees.delete(spelled("2020.00")));
    assert_eq!(reasons(&twice.await.unwrap_err()), [None, Some(ErrorKind::Usage)]);
}

#[tokio::test]
async fn two_writes_of_one_item_are_rejected_before_sending() {
    let gate = Gate::default();
    let (client, keys) = (gate.client(&store().await), keys());
    let table = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys.clone());
    let employees = table.connect(actions()).await.unwrap();
    let entities: Repository<Employee> = Repository::builder(client).table(TABLE).encryptor(keys).build();
    gate.clear();
    let left = employees.write_many([ada(1), ada(2), ada(1)]).await.unwrap_err();
    let given_back: Vec<_> = left.puts.iter().map(|(item, _)| item.clone()).collect();
    assert_eq!((given_back, kinds(left.errors())), (vec![ada(1), ada(2), ada(1)], vec![ErrorKind::Usage; 3]));
    let left = employees.write_many([ada(1)]).delete([key(1)]).await.unwrap_err();
    assert_eq!((left.puts.len(), left.deletes.len()), (1, 1));

    let twice = Transaction::new().with(employees.put(&ada(1))).with(employees.create(&ada(2)));
    let error = twice.with(employees.delete(key(1))).await.unwrap_err();
    assert_eq!((error.kind(), reasons(&error)), (ErrorKind::Usage, vec![None, None, Some(ErrorKind::Usage)]));
    // The order of the two does not matter.
    let error = Transaction::new().with(employees.put(&ada(1))).with(entities.delete(("e-1", 1))).await.unwrap_err();
    assert_eq!((error.kind(), reasons(&error)), (ErrorKind::Usage, vec![None, Some(ErrorKind::Usage)]));
    assert!(gate.requests().is_empty());
}

fn large(hired: u32, kilobytes: usize) -> Item {
    let mut large = ada(hired);
    large.insert("name".to_owned(), text(&"x".repeat(kilobytes * 1024)));
    large
}

#[tokio::test]
async fn items_of_399_kb_are_written_and_items_of_401_kb_are_rejected() {
    let employees = employees().await;
    employees.create(&large(1, 399)).await.unwrap();
    employees.put(&large(1, 399)).await.unwrap();
    employees.replace(&large(1, 399)).await.unwrap();
    employees.update_with(key(1), |item| _ = item.insert("logins".to_owned(), number(8))).await.unwrap();
    employees.update_with(key(1), |item| _ = item.insert("logins".to_owned(), number(7))).await.unwrap();
    assert!(employees.get(key(1)).await.unwrap() == Some(large(1, 399)));
    let grow = |item: &mut Item| _ = item.insert("name".to_owned(), text(&"x".repeat(401 * 1024)));
    let mut grown = employees.fetch(key(1)).await.unwrap().unwrap();
    grow(&mut grown);
    let rejected = [
        employees.create(&large(2, 401)).await.unwrap_err(),
        employees.put(&large(2, 401)).await.unwrap_err(),
        employees.replace(&large(1, 401)).await.unwrap_err(),
        employees.update_with(key(1), grow).await.unwrap_err(),
        employees.save(grown).await.unwrap_err(),
    ];
    for error in rejected {
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.to_string().contains("409600"), "{error}");
    }

    let left = employees.write_many([large(3, 399), large(4, 401), ada(5)]).await.unwrap_err();
    assert_eq!(kinds(left.errors()), [ErrorKind::TooLarge]);
    assert!(left.puts[0].0 == large(4, 401));
    Transaction::new().with(employees.create(&large(6, 399))).with(employees.create(&ada(7))).await.unwrap();
    let too_large = Transaction::new().with(employees.create(&ada(8))).with(employees.create(&large(9, 401)));
    assert_eq!(reasons(&too_large.await.unwrap_err()), [None, Some(ErrorKind::TooLarge)]);

    let stored = employees.query(text("e-1")).collect().await.unwrap();
    assert!(stored == [large(1, 399), large(3, 399), ada(5), large(6, 399), ada(7)]);
}
