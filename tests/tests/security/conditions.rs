//! Conditions on signed attributes are evaluated on the verified item, not on forged values in the table.

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::testing::Attacker;
use dynaseal::{
    AttributeActions, AttributeValue, Condition, EncryptedItem, EncryptedTable, Error, ErrorKind, Item, Repository,
    Transaction, Update, danger,
};
use dynaseal_tests::gate::Gate;
use dynaseal_tests::store::keys;
use tokio::task::yield_now;

const TABLE: &str = "expenses";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Expense {
    #[partition_key]
    id: String,
    amount: u64,
    #[sign_only]
    state: String,
    #[do_nothing]
    views: u64,
}

fn expense(state: &str) -> Expense {
    Expense { id: "x-1".to_owned(), amount: 4200, state: state.to_owned(), views: 0 }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn key() -> Item {
    Item::from([("id".to_owned(), text("x-1"))])
}

/// A table behind a gate, accessed by both façades.
struct Setup {
    gate: Gate,
    attacker: Attacker,
    typed: Repository<Expense>,
    plain: EncryptedTable,
}

async fn setup(state: &str) -> Setup {
    let (gate, database) = (Gate::default(), Database::in_memory().unwrap().client());
    let client = gate.client(&database);
    let keys = keys();
    let typed: Repository<Expense> = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
    typed.create_table().await.unwrap();
    typed.create(&expense(state)).await.unwrap();
    let actions = AttributeActions::new(EncryptAndSign).with("state", SignOnly).with("views", DoNothing);
    let plain = EncryptedTable::builder(client).table(TABLE).encryptor(keys).connect(actions).await.unwrap();
    gate.clear();
    Setup { gate, attacker: Attacker::new(database, TABLE), typed, plain }
}

impl Setup {
    /// Makes the item look approved, as an attacker who can write to the table would.
    async fn forge(&self) -> Item {
        let forge = |item: &mut Item| drop(item.insert("state".to_owned(), text("approved")));
        self.attacker.change(key(), forge).await.unwrap();
        self.attacker.read(key()).await.unwrap()
    }

    /// Runs every write with a condition, with both façades.
    async fn writes(&self, typed: Condition<Expense>, plain: Condition<Item>) -> Vec<Result<(), Error>> {
        let paid = expense("paid");
        let item = paid.to_item().unwrap();
        let views = || Expense::fields().views.add(1);
        let update = || Update::add("views", AttributeValue::N("1".to_owned()));
        vec![
            self.typed.update_in_place("x-1", views()).when(typed.clone()).await,
            self.typed.update_in_place("x-1", views()).when(typed.clone()).returning().await.map(drop),
            self.typed.put(&paid).when(typed.clone()).await,
            self.typed.replace(&paid).when(typed.clone()).await,
            self.typed.put(&paid).when(typed.clone()).returning().await.map(drop),
            self.typed.delete("x-1").when(typed.clone()).returning().await.map(drop),
            self.typed.delete("x-1").when(typed).await,
            self.plain.update_in_place(key(), update()).when(plain.clone()).await,
            self.plain.put(&item).when(plain.clone()).await,
            self.plain.replace(&item).when(plain.clone()).await,
            self.plain.delete(key()).when(plain.clone()).returning().await.map(drop),
            self.plain.delete(key()).when(plain).await,
        ]
    }
}

fn approved() -> (Condition<Expense>, Condition<Item>) {
    (Expense::fields().state.eq("approved"), Condition::eq("state", text("approved")))
}

#[tokio::test]
async fn a_forged_attribute_satisfies_no_condition_and_is_detected() {
    let setup = setup("submitted").await;
    let forged = setup.forge().await;
    let (typed, plain) = approved();
    for outcome in setup.writes(typed.clone(), plain.clone()).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Integrity);
    }
    // The condition is nested in others, and negated.
    let fields = Expense::fields();
    for (typed, plain) in [
        (typed.clone() & fields.views.eq(0), plain.clone() & Condition::eq("views", AttributeValue::N("0".to_owned()))),
        (!fields.state.eq("submitted"), !Condition::eq("state", text("submitted"))),
        (fields.amount.exists(), Condition::exists("amount")),
    ] {
        for outcome in setup.writes(typed, plain).await {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Integrity);
        }
    }
    assert_eq!(setup.attacker.read(key()).await.unwrap(), forged, "something was written over it");

    // `unverified` lets the server evaluate the condition.
    setup.typed.delete("x-1").when(danger::unverified(typed)).await.unwrap();
    assert_eq!(setup.typed.get("x-1").await.unwrap(), None);
}

#[tokio::test]
async fn conditions_on_signed_attributes_take_two_requests() {
    for (state, views, expected) in [
        ("approved", 0, None),
        ("approved", 1, Some(ErrorKind::ConditionFailed)),
        ("submitted", 0, Some(ErrorKind::ConditionFailed)),
    ] {
        let both = setup(state).await;
        let (typed, plain) = approved();
        let seen = AttributeValue::N(views.to_string());
        let typed = typed & Expense::fields().views.eq(views);
        let plain = plain & Condition::eq("views", seen);
        let put = both.typed.put(&expense("paid")).when(typed).await;
        assert_eq!(put.err().map(|error| error.kind()), expected, "{state} {views}");
        both.typed.put(&expense(state)).await.unwrap();
        let delete = both.plain.delete(key()).when(plain).await;
        assert_eq!(delete.err().map(|error| error.kind()), expected, "{state} {views}");
    }
    let both = setup("approved").await;
    let (typed, plain) = approved();
    let requests = || (both.gate.count("GetItem"), both.gate.requests().len());
    both.typed.put(&expense("approved")).when(typed.clone()).await.unwrap();
    assert_eq!(requests(), (1, 2));
    both.plain.put(&expense("approved").to_item().unwrap()).when(plain).await.unwrap();
    assert_eq!(requests(), (2, 4));
    // Keys, unsigned attributes and conditions marked as unverified are evaluated by the server.
    both.gate.clear();
    let fields = Expense::fields();
    for condition in [fields.views.lt(3), fields.id.exists() & fields.id.eq("x-1"), danger::unverified(typed)] {
        both.typed.put(&expense("approved")).when(condition).await.unwrap();
    }
    assert_eq!(requests(), (0, 3));
}

#[tokio::test]
async fn an_absent_item_is_evaluated_as_one_without_attributes() {
    let both = setup("submitted").await;
    both.typed.delete("x-1").await.unwrap();
    let (typed, _) = approved();
    let rejected = both.typed.put(&expense("paid")).when(typed.clone()).await.unwrap_err();
    assert_eq!(rejected.kind(), ErrorKind::ConditionFailed);
    let absent = both.typed.replace(&expense("paid")).when(typed.clone()).await.unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound);
    both.typed.create(&expense("paid")).when(!typed.clone()).await.unwrap();
    let exists = both.typed.create(&expense("paid")).when(!typed).await.unwrap_err();
    assert_eq!(exists.kind(), ErrorKind::AlreadyExists);
}

/// Another writer changes the item between the read and the write.
#[tokio::test]
async fn a_lost_race_is_evaluated_again() {
    for (later, expected) in [("approved", None), ("submitted", Some(ErrorKind::ConditionFailed))] {
        let both = setup("approved").await;
        both.gate.hold(&["DeleteItem"]);
        let deleting = {
            let typed = both.typed.clone();
            tokio::spawn(async move { typed.delete("x-1").when(approved().0).await })
        };
        while both.gate.count("DeleteItem") == 0 {
            yield_now().await;
        }
        both.typed.put(&expense(later)).await.unwrap();
        both.gate.release();
        assert_eq!(deleting.await.unwrap().err().map(|error| error.kind()), expected, "{later}");
        let left = both.typed.get("x-1").await.unwrap();
        assert_eq!(left, expected.map(|_| expense(later)));
        assert_eq!(both.gate.count("DeleteItem"), if expected.is_none() { 2 } else { 1 });
    }
}

#[tokio::test]
async fn a_transaction_rejects_conditions_on_unverified_attributes() {
    let both = setup("submitted").await;
    let (typed, plain) = approved();
    let other = Expense { id: "x-2".to_owned(), ..expense("paid") };
    for transaction in [
        Transaction::new().with(both.typed.check("x-1", typed.clone())),
        Transaction::new().with(both.typed.put(&expense("paid")).when(typed.clone())),
        Transaction::new().with(both.typed.delete("x-1").when(typed.clone())),
        Transaction::new().with(both.typed.update_in_place("x-1", Expense::fields().views.add(1)).when(typed.clone())),
        Transaction::new().with(both.plain.check(key(), plain)),
    ] {
        let error = transaction.with(both.typed.create(&other)).await.unwrap_err();
        let reason = error.cancellation_reasons()[0].as_ref().unwrap();
        assert_eq!((reason.kind(), reason.attribute()), (ErrorKind::Usage, Some("state")));
    }
    assert!(both.gate.requests().is_empty(), "nothing was sent");

    // The verified way reads the item, checks it, and requires that it is unchanged.
    let read = both.typed.fetch("x-1").await.unwrap().unwrap();
    let plain_read = both.plain.fetch(key()).await.unwrap().unwrap();
    let with_check = || Transaction::new().with(both.typed.check_unchanged(&read)).with(both.typed.put(&other));
    with_check().await.unwrap();
    both.typed.put(&expense("submitted")).await.unwrap();
    let error = with_check().await.unwrap_err();
    assert_eq!(error.cancellation_reasons()[0].as_ref().unwrap().kind(), ErrorKind::Conflict);
    both.typed.delete("x-1").await.unwrap();
    let error = Transaction::new().with(both.plain.check_unchanged(&plain_read)).await.unwrap_err();
    assert_eq!(error.cancellation_reasons()[0].as_ref().unwrap().kind(), ErrorKind::NotFound);

    // The cheaper way is marked as unverified.
    let both = setup("submitted").await;
    both.forge().await;
    let check = both.typed.check("x-1", danger::unverified(typed));
    Transaction::new().with(check).with(both.typed.create(&other)).await.unwrap();
}
