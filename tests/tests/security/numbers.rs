//! The returned value is the verified one: a signature covers a number, and a program reads its text.

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemContext, Repository,
};
use dynaseal_tests::liar::Liar;
use dynaseal_tests::store::keys;
use serde_json::json;

fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

/// Returns an item with numbers at the top level, in a set, and nested.
fn item(texts: [&str; 3]) -> Item {
    let numbers: Vec<_> = texts.iter().map(|text| number(text)).collect();
    let map = [("deep".to_owned(), AttributeValue::L(numbers.clone()))].into();
    [
        ("id", AttributeValue::S("e-1".to_owned())),
        ("one", numbers[0].clone()),
        ("set", AttributeValue::Ns(texts.map(str::to_owned).into())),
        ("nested", AttributeValue::L(vec![AttributeValue::M(map)])),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

#[tokio::test]
async fn a_number_is_returned_as_verified_in_every_notation() {
    let encryptor = keys();
    let actions = AttributeActions::new(SignOnly);
    let context = ItemContext::new("employees").partition_key("id");
    let plain = item(["0.1", "100", "-7"]);
    let stored = encryptor.encrypt(plain.clone(), &actions, &context).await.unwrap();
    let spelled = |texts| {
        let mut spelled = stored.clone();
        spelled.extend(item(texts));
        spelled
    };
    let padded = format!("0.1{}", "0".repeat(253));
    let far = format!("0.{}1E200", "0".repeat(200));
    for texts in [["0.10", "1E2", "-7.0"], [".1", "100.", "-007"], [&padded, "+100", "-70E-1"], [&far, "1e+2", "-7"]] {
        let read = encryptor.decrypt(spelled(texts), &actions, &context).await.unwrap();
        assert_eq!(read, plain, "{texts:?}");
    }
    // A million digits, an exponent that saturates, and other numbers.
    let million = "0".repeat(1_000_000);
    let longer = format!("{padded}0");
    for one in
        [&format!("0.{million}1E1000000"), &format!("0.{million}1E99999999999"), &longer, "0.2", "inf", "NaN", ""]
    {
        let error = encryptor.decrypt(spelled([one, "100", "-7"]), &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{} bytes", one.len());
    }
}

#[tokio::test]
async fn numbers_of_another_client_keep_their_notation() {
    let encryptor = keys();
    let actions = AttributeActions::new(EncryptAndSign).with("id", SignOnly);
    let context = ItemContext::new("employees").partition_key("id");
    // Sets are encrypted in their order.
    let stored = encryptor.encrypt(item(["-7.0", "1E-1", "1E2"]), &actions, &context).await.unwrap();
    assert_eq!(encryptor.decrypt(stored, &actions, &context).await.unwrap(), item(["-7", "0.1", "100"]));
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Reading {
    #[partition_key]
    id: String,
    #[sign_only]
    value: f64,
    #[do_nothing]
    visits: u64,
}

/// A server can return numbers in any notation.
#[tokio::test]
async fn a_server_cannot_change_a_signed_number_by_its_notation() {
    let (database, liar) = (Database::in_memory().unwrap().client(), Liar::default());
    let keys = keys();
    let client = liar.client(&database);
    let readings: Repository<Reading> =
        Repository::builder(client.clone()).table("readings").encryptor(keys.clone()).build();
    readings.create_table().await.unwrap();
    let actions = AttributeActions::new(EncryptAndSign).with("value", SignOnly).with("visits", DoNothing);
    let table = EncryptedTable::builder(client).table("readings").encryptor(keys).connect(actions).await.unwrap();
    let tenth = Reading { id: "r-1".to_owned(), value: 0.1, visits: 0 };
    readings.create(&tenth).await.unwrap();
    let key = || Item::from([("id".to_owned(), AttributeValue::S("r-1".to_owned()))]);

    let spell = |text: String| {
        liar.tell(Box::new(move |_, _, response| {
            if let Some(value) = response.pointer_mut("/Item/value") {
                *value = json!({ "N": text });
                return true;
            }
            false
        }));
    };
    for text in ["0.10", "1E-1", "1000e-4"] {
        spell(text.to_owned());
        assert_eq!(readings.get("r-1").await.unwrap().unwrap(), tenth);
        assert_eq!(table.get(key()).await.unwrap().unwrap()["value"], number("0.1"));
        assert_eq!(liar.lies(), 2);
    }
    let million = "0".repeat(1_000_000);
    for text in [format!("0.{million}1E1000000"), format!("0.{million}1E9999999"), format!("{million}0.1")] {
        spell(text);
        assert_eq!(readings.get("r-1").await.unwrap_err().kind(), ErrorKind::Integrity);
        assert_eq!(table.get(key()).await.unwrap_err().kind(), ErrorKind::Integrity);
    }
}
