//! Names that begin with keywords of DynamoDB's expressions.

use dynaseal::EncryptedItem;

use super::people::table;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Order {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 2))]
    notes: String,
    #[item(beacon(bits = 2))]
    order: String,
    #[item(beacon(bits = 2))]
    android: String,
    #[item(beacon(bits = 2), rename = "size of it")]
    size: String,
    #[item(beacon(bits = 2), rename = "contains-between")]
    between: String,
    #[item(set, beacon(bits = 2))]
    inner: std::collections::BTreeSet<String>,
}

#[tokio::test]
async fn names_are_not_mistaken_for_keywords() {
    let orders = table::<Order>("orders").await;
    let order = |number: u32| Order {
        id: number.to_string(),
        notes: format!("n{}", number % 5),
        order: format!("o{}", number % 3),
        android: format!("a{}", number % 2),
        size: format!("s{}", number % 7),
        between: format!("b{}", number % 4),
        inner: [format!("i{}", number % 6)].into(),
    };
    for number in 0..60 {
        orders.create(&order(number)).await.unwrap();
    }
    let fields = Order::fields();
    let condition = fields.notes.eq("n1") & !fields.order.eq("o2") & (fields.android.eq("a0") | fields.size.eq("s1"))
        | fields.between.is_in(["b1"]) & fields.inner.contains("i5");
    let holds = |number: &u32| {
        number % 5 == 1 && number % 3 != 2 && (number.is_multiple_of(2) || number % 7 == 1)
            || number % 4 == 1 && number % 6 == 5
    };
    let mut found: Vec<u32> = orders
        .scan()
        .filter(condition)
        .collect()
        .await
        .unwrap()
        .iter()
        .map(|order| order.id.parse().unwrap())
        .collect();
    found.sort_unstable();
    let expected: Vec<u32> = (0..60).filter(holds).collect();
    assert_eq!(found, expected);
    assert!(!expected.is_empty());
}
