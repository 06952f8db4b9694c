//! Tables under other names than those in their signatures.

use dynaseal::testing::Faults;
use dynaseal::{ErrorKind, Repository};
use dynaseal_tests::lie::Lie;

use super::setup::{Reading, Store, reading};

const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/readings";

#[tokio::test]
async fn a_restored_backup_is_read_under_its_former_table_name() {
    let store = Store::with_readings(&["s-1"], 0..3).await;
    let restored: Repository<Reading> =
        store.builder("restored", store.client.clone()).logical_table_name("readings").build();
    restored.create_table().await.unwrap();
    for item in store.client.scan().table_name("readings").send().await.unwrap().items.unwrap() {
        store.client.put_item().table_name("restored").set_item(Some(item)).send().await.unwrap();
    }
    assert_eq!(restored.query("s-1").count().await.unwrap(), 3);
    assert_eq!(restored.scan().count().await.unwrap(), 3);
    assert_eq!(restored.get(("s-1", 1)).await.unwrap(), Some(reading("s-1", 1)));
    let nameless: Repository<Reading> = store.repository("restored", store.client.clone());
    assert_eq!(nameless.query("s-1").count().await.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn a_table_given_by_its_arn_needs_a_name() {
    let store = Store::with_readings(&["s-1"], 0..3).await;
    let faults = Faults::script([]);
    let client = faults.beneath(&store.client).unwrap();
    let nameless: Repository<Reading> = store.repository(ARN, client.clone());
    let errors = [
        nameless.get(("s-1", 1)).await.unwrap_err(),
        nameless.put(&reading("s-1", 1)).await.unwrap_err(),
        nameless.delete(("s-1", 1)).await.unwrap_err(),
        nameless.query("s-1").collect().await.unwrap_err(),
        nameless.scan().count().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains("logical_table_name"), "{error}");
    }
    assert_eq!(faults.injected().len(), 0, "nothing may be sent");

    // The embedded store identifies tables by name only.
    let lie = Lie::default();
    lie.tell(ARN, "readings");
    let client = lie.client(&store.client);
    let named: Repository<Reading> = store.builder(ARN, client).logical_table_name("readings").build();
    assert_eq!(named.get(("s-1", 1)).await.unwrap(), Some(reading("s-1", 1)));
    assert_eq!(named.query("s-1").count().await.unwrap(), 3);
}
