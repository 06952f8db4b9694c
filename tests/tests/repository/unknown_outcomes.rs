//! The reported outcome of a write when responses are lost, and the attributes that a put of the whole item overwrites.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use dynaseal::embedded::Database;
use dynaseal::format::Ddbec;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptedItem, ErrorKind, Item, ItemContext};
use dynaseal::{ItemEncryptor, Repository};
use dynaseal_tests::account::{Account, account};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::store::{keys, provider, with_faults};

/// No attribute is encrypted, so equal reservations have equal signatures.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Reservation {
    #[partition_key]
    id: String,
    #[sign_only]
    owner: String,
}

fn reservation(owner: &str) -> Reservation {
    Reservation { id: "a".to_owned(), owner: owner.to_owned() }
}

#[tokio::test]
async fn create_of_an_equal_existing_item_fails() {
    let (sound, faulty, _) = with_faults([]).await;
    sound.create(&reservation("ada")).await.unwrap();
    let error = faulty.create(&reservation("ada")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
}

/// In the format of the DynamoDB Encryption Client, the item's own signature cannot be distinguished from that of an equal item
/// of another writer, and a repetition could undo a later write.
#[tokio::test]
async fn a_lost_response_for_an_item_without_encrypted_values_is_unknown() {
    if StoredFormat::is_dbesdk() {
        return;
    }
    for lost in [Fault::DropResponse, Fault::Reset, Fault::InternalServerError] {
        let (_, faulty, faults) = with_faults([lost]).await;
        let error = faulty.create(&reservation("ada")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(faults.injected(), [lost]);

        let (sound, faulty, faults) = with_faults([Fault::None, lost, Fault::None, lost]).await;
        sound.create(&reservation("ada")).await.unwrap();
        let update = faulty.update_with("a", |reservation: &mut Reservation| reservation.owner = "eve".to_owned());
        assert_eq!(update.await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
        let read = faulty.fetch("a").await.unwrap().unwrap();
        assert_eq!(faulty.delete_unchanged(read).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(faults.injected(), [Fault::None, lost, Fault::None, lost]);
    }
}

/// In the format of the Database Encryption SDK, every write has a unique footer, even if no attribute is encrypted.
#[tokio::test]
async fn a_lost_response_for_an_item_without_encrypted_values_is_resolved_by_its_footer() {
    if !StoredFormat::is_dbesdk() {
        return;
    }
    for lost in [Fault::DropResponse, Fault::Reset] {
        let (_, faulty, faults) = with_faults([lost]).await;
        faulty.create(&reservation("ada")).await.unwrap();
        assert_eq!(faults.injected().first(), Some(&lost));
        // The footer of an equal item is different.
        let error = faulty.create(&reservation("ada")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);

        let (sound, faulty, faults) = with_faults([Fault::None, Fault::None, lost]).await;
        faulty.create(&reservation("ada")).await.unwrap();
        let update = faulty.update_with("a", |reservation: &mut Reservation| reservation.owner = "eve".to_owned());
        assert_eq!(update.await.unwrap().owner, "eve");
        assert!(faults.injected().contains(&lost));
        assert_eq!(sound.get("a").await.unwrap(), Some(reservation("eve")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_timed_out_is_unknown() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let sound: Repository<Account> = Repository::builder(client.clone()).table("table").encryptor(keys.clone()).build();
    sound.create_table().await.unwrap();
    sound.create(&account("a", 0)).await.unwrap();

    let slow = Faults::script([Fault::None].into_iter().chain([Fault::Delay(Duration::from_secs(60)); 9]));
    let timeout = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let hurried = Client::from_conf(client.config().to_builder().timeout_config(timeout).build());
    let hurried: Repository<Account> =
        Repository::builder(slow.beneath(&hurried).unwrap()).table("table").encryptor(keys).build();
    let error = hurried.update_with("a", |account| account.balance += 1).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::OutcomeUnknown, false));
}

/// Fails once after the response to a write was read.
#[derive(Clone, Debug)]
struct FailsOnce(Arc<AtomicBool>);

#[dyn_dispatch_hint]
impl Intercept for FailsOnce {
    fn name(&self) -> &'static str {
        "FailsOnce"
    }

    fn read_after_deserialization(
        &self,
        _: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.swap(false, Ordering::Relaxed) { Err("on purpose".into()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_custom_interceptor_cannot_hide_a_write() {
    let client = Database::in_memory().unwrap().client();
    let fails = Arc::new(AtomicBool::new(false));
    let client = client.config().to_builder().interceptor(FailsOnce(fails.clone()));
    let accounts: Repository<Account> =
        Repository::builder(Client::from_conf(client.build())).table("table").encryptor(keys()).build();
    accounts.create_table().await.unwrap();

    fails.store(true, Ordering::Relaxed);
    accounts.create(&account("a", 0)).await.unwrap();
    fails.store(true, Ordering::Relaxed);
    assert_eq!(accounts.delete("a").await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(accounts.get("a").await.unwrap(), None);
}

/// Tables of the Java client can have other names for the signature and the description.
#[tokio::test]
async fn writes_are_safe_with_renamed_signatures() {
    let client = Database::in_memory().unwrap().client();
    let encryptor = ItemEncryptor::new(Ddbec::new(provider()).signature_attribute("sig").description_attribute("desc"));
    let sound: Repository<Account> =
        Repository::builder(client.clone()).table("table").encryptor(encryptor.clone()).build();
    sound.create_table().await.unwrap();
    let lost = Faults::script([Fault::DropResponse, Fault::None, Fault::None, Fault::DropResponse]);
    let accounts: Repository<Account> =
        Repository::builder(lost.beneath(&client).unwrap()).table("table").encryptor(encryptor).build();

    accounts.create(&account("a", 0)).await.unwrap();
    accounts.update_with("a", |account| account.balance += 1).await.unwrap();
    let mut first = accounts.fetch("a").await.unwrap().unwrap();
    let mut second = first.clone();
    assert!(first.unknown_attributes().is_empty());
    (first.balance, second.balance) = (2, 3);
    accounts.save(first).await.unwrap();
    assert_eq!(accounts.save(second).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(accounts.get("a").await.unwrap().unwrap().balance, 2);
}

/// Beyond the limits of expressions, the whole item is put, which could undo attributes that other writers added
/// meanwhile.
#[tokio::test]
async fn a_put_does_not_overwrite_a_missing_unsigned_attribute() {
    let client = Database::in_memory().unwrap().client();
    let accounts: Repository<Account> = Repository::builder(client.clone()).table("table").encryptor(keys()).build();
    accounts.create_table().await.unwrap();
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let mut item: Item = (0..200).map(|i| (format!("extra-{i}"), AttributeValue::Bool(true))).collect();
    item.insert("id".to_owned(), AttributeValue::S("a".to_owned()));
    item.insert("balance".to_owned(), AttributeValue::N("1".to_owned()));
    let context = ItemContext::new("table").partition_key("id");
    let stored = accounts.encryptor().encrypt(item, &actions, &context).await.unwrap();
    client.put_item().table_name("table").set_item(Some(stored)).send().await.unwrap();

    let mut stale = accounts.fetch("a").await.unwrap().unwrap();
    accounts.update_in_place("a", Account::fields().visits.add(1)).await.unwrap();
    stale.balance = 2;
    assert_eq!(accounts.save(stale).await.unwrap_err().kind(), ErrorKind::Conflict);
    let updated = accounts.update_with("a", |account| account.balance = 2).await.unwrap();
    assert_eq!((updated.balance, updated.visits), (2, Some(1)));
}
