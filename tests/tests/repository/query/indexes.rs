//! Secondary indexes that project all attributes, and those that project only some.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType as Role, LocalSecondaryIndex,
    Projection, ProjectionType,
};
use dynaseal::{
    AttributeValue, EncryptedItem, ErrorKind, IndexDefinition, IndexProjection, IndexScope, Item, KeyDefinition,
    Repository,
};

use super::setup::Store;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "employee")]
#[item(index(name = "by-department", partition = department, sort = hired))]
#[item(index(name = "by-badge", partition = badge, projection = keys_only))]
#[item(index(name = "by-logins", local, sort = logins))]
pub(crate) struct Employee {
    #[partition_key]
    pub(crate) id: String,
    #[sort_key]
    pub(crate) hired: u32,
    pub(crate) name: String,
    #[sign_only]
    pub(crate) department: String,
    #[sign_only]
    pub(crate) badge: Option<String>,
    #[do_nothing]
    pub(crate) logins: u64,
}

pub(crate) fn employee(number: u32) -> Employee {
    Employee {
        id: format!("e-{}", number % 4),
        hired: 2000 + number,
        name: format!("name {number}"),
        department: if number.is_multiple_of(2) { "Legal" } else { "Sales" }.to_owned(),
        badge: number.is_multiple_of(3).then(|| "gold".to_owned()),
        logins: u64::from(100 - number),
    }
}

pub(crate) async fn store() -> (Store, Repository<Employee>) {
    let store = Store::new();
    create_table::<Employee>(&store, "employees").await;
    let employees: Repository<Employee> = store.repository("employees", store.client.clone());
    for number in 0..24 {
        employees.put(&employee(number)).await.unwrap();
    }
    (store, employees)
}

/// Creates a table with all indexes of the entity.
pub(crate) async fn create_table<T: EncryptedItem>(store: &Store, name: &str) {
    let mut definitions: Vec<KeyDefinition> = T::KEY_SCHEMA.definitions().collect();
    let mut request = store.client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    request = request.set_key_schema(Some(key_schema(T::KEY_SCHEMA.partition_key, T::KEY_SCHEMA.sort_key)));
    for index in T::INDEXES {
        let IndexDefinition { partition_key, sort_key, .. } = *index;
        definitions.extend([Some(partition_key), sort_key].into_iter().flatten());
        let keys = Some(key_schema(partition_key, sort_key));
        let projection = match index.projection {
            IndexProjection::All => ProjectionType::All,
            _ => ProjectionType::KeysOnly,
        };
        let projection = Projection::builder().projection_type(projection).build();
        request = match index.scope {
            IndexScope::Local => request.local_secondary_indexes(
                LocalSecondaryIndex::builder()
                    .index_name(index.name)
                    .set_key_schema(keys)
                    .projection(projection)
                    .build()
                    .unwrap(),
            ),
            _ => request.global_secondary_indexes(
                GlobalSecondaryIndex::builder()
                    .index_name(index.name)
                    .set_key_schema(keys)
                    .projection(projection)
                    .build()
                    .unwrap(),
            ),
        };
    }
    definitions.sort_by_key(|definition| definition.name);
    definitions.dedup();
    for KeyDefinition { name, key_type, .. } in definitions {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(key_type.into());
        request = request.attribute_definitions(attribute.build().unwrap());
    }
    request.send().await.unwrap();
}

fn key_schema(partition: KeyDefinition, sort: Option<KeyDefinition>) -> Vec<KeySchemaElement> {
    let element = |definition: KeyDefinition, role| {
        KeySchemaElement::builder().attribute_name(definition.name).key_type(role).build().unwrap()
    };
    let sort = sort.map(|sort| element(sort, Role::Range));
    std::iter::once(element(partition, Role::Hash)).chain(sort).collect()
}

fn hired(employees: &[Employee]) -> Vec<u32> {
    employees.iter().map(|employee| employee.hired).collect()
}

#[tokio::test]
async fn an_index_that_projects_all_is_queried_like_the_table() {
    let (_, employees) = store().await;
    let by_department = Employee::indexes().by_department;
    let legal = employees.query_index(by_department, "Legal").sort_ge(2020).collect().await.unwrap();
    assert_eq!(legal, [employee(20), employee(22)]);
    assert_eq!(employees.query_index(by_department, "Sales").count().await.unwrap(), 12);
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let query = employees.query_index(by_department, "Legal").descending().limit(5).page_size(3);
        let filter = Employee::fields().logins.lt(95_u64);
        let page = query.filter(filter).page(cursor).await.unwrap();
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(hired(&found), (2006..2024).filter(|year: &u32| year.is_multiple_of(2)).rev().collect::<Vec<_>>());
    let consistent = employees.query_index(by_department, "Legal").consistent();
    assert_eq!(consistent.collect().await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(employees.scan().index(by_department).count().await.unwrap(), 24);
    assert_eq!(employees.parallel_scan(3).index(by_department).count().await.unwrap(), 24);
}

#[tokio::test]
async fn a_local_index_can_be_read_consistently() {
    let (_, employees) = store().await;
    let by_logins = Employee::indexes().by_logins;
    let query = employees.query_index(by_logins, "e-1").sort_between(80_u64, 95_u64).consistent();
    assert_eq!(hired(&query.collect().await.unwrap()), [2017, 2013, 2009, 2005]);
}

#[tokio::test]
async fn a_cursor_belongs_to_its_index() {
    let (_, employees) = store().await;
    let page = employees.query_index(Employee::indexes().by_logins, "e-1").limit(2).page(None).await.unwrap();
    let error = employees.query("e-1").page(page.cursor).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);
}

#[tokio::test]
async fn a_partial_index_returns_keys_and_hydrates_items() {
    let (store, employees) = store().await;
    let by_badge = Employee::indexes().by_badge;
    let entries = employees.query_index(by_badge, "gold").collect().await.unwrap();
    let mut years: Vec<u32> = entries.iter().map(|entry| entry.key().hired).collect();
    years.sort_unstable();
    let expected: Vec<u32> =
        (0..24).filter(|number: &u32| number.is_multiple_of(3)).map(|number| 2000 + number).collect();
    assert_eq!(years, expected);
    assert!(!format!("{entries:?}").contains("e-"));

    let whole = employees.query_index(by_badge, "gold").hydrate().collect().await.unwrap();
    assert_eq!(whole.len(), 8);
    assert!(whole.iter().all(|found| *found == employee(found.hired - 2000)));
    assert_eq!(employees.query_index(by_badge, "gold").hydrate().count().await.unwrap(), 8);
    assert_eq!(employees.query_index(by_badge, "tin").hydrate().count().await.unwrap(), 0);
    assert_eq!(employees.scan().index(by_badge).hydrate().count().await.unwrap(), 8);
    assert_eq!(employees.parallel_scan(2).index(by_badge).hydrate().count().await.unwrap(), 8);

    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = employees.query_index(by_badge, "gold").hydrate().limit(3).page(cursor).await.unwrap();
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, whole);

    // One item of the index is damaged: only that one is an error.
    let key = Item::from([
        ("id".to_owned(), AttributeValue::S("e-0".to_owned())),
        ("hired".to_owned(), AttributeValue::N("2012".to_owned())),
    ]);
    let request = store.client.get_item().table_name("employees").set_key(Some(key.clone()));
    let mut item = request.send().await.unwrap().item.unwrap();
    item.insert("department".to_owned(), AttributeValue::S("Board".to_owned()));
    store.client.put_item().table_name("employees").set_item(Some(item)).send().await.unwrap();
    let page = employees.query_index(by_badge, "gold").hydrate().page(None).each().await.unwrap();
    let errors: Vec<_> = page.items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert_eq!((page.items.len(), errors.len()), (8, 1));
    assert_eq!((errors[0].kind(), errors[0].item_key()), (ErrorKind::Integrity, Some(&key)));
}
