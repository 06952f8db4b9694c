//! Decimals of another crate that are stored as numbers.

use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::testing::Attacker;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, Repository};
use rust_decimal::Decimal;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Account {
    #[partition_key]
    id: String,
    #[do_nothing]
    #[item(number)]
    balance: Decimal,
    #[sign_only]
    #[item(number)]
    limit: Option<Decimal>,
    #[item(number)]
    rate: Decimal,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn account(id: &str, balance: &str) -> Account {
    Account { id: id.to_owned(), balance: decimal(balance), limit: Some(decimal("1.50")), rate: decimal("0.10") }
}

#[tokio::test]
async fn the_server_compares_decimals_by_value() {
    let client = Database::in_memory().unwrap().client();
    let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let accounts: Repository<Account> =
        Repository::builder(client.clone()).table("accounts").materials(provider).build();
    accounts.create_table().await.unwrap();
    let fields = Account::fields();
    for (id, balance) in [("a", "9"), ("b", "10"), ("c", "100.5"), ("d", "-20")] {
        accounts.put(&account(id, balance)).await.unwrap();
    }
    let error = accounts.put(&account("a", "9")).when(fields.balance.ge(decimal("10"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    let mut rich = accounts.scan().filter(fields.balance.gt(decimal("9"))).collect().await.unwrap();
    rich.sort_by_key(|account| account.balance);
    assert_eq!(rich, [account("b", "10"), account("c", "100.5")]);
    assert_eq!(accounts.scan().filter(fields.balance.eq(decimal("10.00"))).count().await.unwrap(), 1);
    assert_eq!(accounts.scan().filter(fields.limit.eq(decimal("1.5"))).count().await.unwrap(), 4);

    // Text written before is read, and a filter finds it after the item was written again.
    let key = || Item::from([("id".to_owned(), AttributeValue::S("b".to_owned()))]);
    let attacker = Attacker::new(client, "accounts");
    let text = |item: &mut Item| drop(item.insert("balance".to_owned(), AttributeValue::S("10.0".to_owned())));
    attacker.change(key(), text).await.unwrap();
    assert_eq!(accounts.get("b").await.unwrap(), Some(account("b", "10")));
    assert_eq!(accounts.scan().filter(fields.balance.eq(decimal("10"))).count().await.unwrap(), 0);
    let report = accounts.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (1, 3));
    assert_eq!(accounts.scan().filter(fields.balance.eq(decimal("10"))).count().await.unwrap(), 1);
    assert_eq!(accounts.reencrypt().await.unwrap().rewritten(), 0);
}

#[test]
fn a_decimal_is_a_number_in_the_item() {
    let item = account("a", "19.90").to_item().unwrap();
    assert_eq!(item["balance"], AttributeValue::N("19.9".to_owned()));
    assert_eq!(item["rate"], AttributeValue::N("0.1".to_owned()));
    assert_eq!(Account::from_item(&mut item.clone()).unwrap(), account("a", "19.9"));
}
