//! Operations on one item.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use dynaseal::embedded::Database;
use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::testing::{Attacker, Faults};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor, danger};
use dynaseal_tests::network::FAULTS;

use super::patient::{LATER, Misfit, NUMBER, Patient, TEXT, patient, repository};
use super::said::Said;

/// Runs every operation of a repository on one item, successfully and with failures, and returns the stored item.
pub(crate) async fn every_operation(
    provider: impl CryptographicMaterialsProvider + Clone + 'static,
    said: &mut Said,
) -> Item {
    said.debug(&provider);
    let client = Database::in_memory().unwrap().client();
    let patients = repository::<Patient>(&client, provider.clone());
    said.debug(&patients);
    said.debug(&patients.create_table());
    patients.create_table().await.unwrap();
    said.failure(patients.create_table().await);
    said.debug(&patients.check_table().await.unwrap());

    for request in [patients.create(&patient()), patients.put(&patient()), patients.replace(&patient())] {
        said.debug(&request);
        request.await.unwrap();
    }
    said.failure(patients.create(&patient()).await);
    said.debug(&patients.get("p-1").consistent());
    let got = patients.get("p-1").await.unwrap().unwrap();
    assert_eq!(got.text, TEXT);
    said.debug(&got);
    let read = patients.fetch("p-1").await.unwrap().unwrap();
    said.debug(&read);
    said.debug(&read.revision());
    said.debug(&patients.fetch("p-1"));
    let mut changed = read.clone();
    changed.text = LATER.to_owned();
    said.debug(&patients.save(changed.clone()));
    patients.save(changed).await.unwrap();
    said.failure(patients.save(read.clone()).await);
    said.debug(&patients.delete_unchanged(read.clone()));
    said.failure(patients.delete_unchanged(read).await);
    said.debug(&patients.update_with("p-1", |patient| patient.number += 1));
    patients.update_with("p-1", |patient| patient.text = TEXT.to_owned()).await.unwrap();
    said.failure(patients.update_with("p-2", |patient| patient.number += 1).await);
    said.debug(&patients.update_in_place("p-1", Patient::fields().visits.add(1)));
    patients.update_in_place("p-1", Patient::fields().visits.add(1)).await.unwrap();
    said.failure(patients.update_in_place("p-2", Patient::fields().visits.add(1)).await);

    said.failure(repository::<Misfit>(&client, provider.clone()).get("p-1").await);
    said.failure(patients.put(&Patient { text: TEXT.repeat(40_000), ..patient() }).await);
    said.failure(patients.put(&Patient { id: String::new(), ..patient() }).await);
    let attacker = Attacker::of(&patients);
    said.debug(&attacker);
    let stored = attacker.read("p-1").await.unwrap();
    encryptor(provider, &stored, said).await;
    said.debug(&danger::read_stored(&patients, "p-1"));
    attacker.tamper("p-1", "text").await.unwrap();
    said.failure(patients.get("p-1").await);
    said.failure(patients.fetch("p-1").await);
    said.failure(patients.delete("p-1").returning().await);
    patients.put(&patient()).await.unwrap();
    said.debug(&patients.delete("p-1"));
    assert_eq!(patients.delete("p-1").returning().await.unwrap().unwrap().number, NUMBER);
    stored
}

/// Injects every fault.
pub(crate) async fn every_fault(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let patients = repository::<Patient>(&client, provider.clone());
    patients.create_table().await.unwrap();
    patients.create(&patient()).await.unwrap();
    for fault in FAULTS {
        let faulty = Faults::script([fault; 9]).beneath(&without_retries(&client)).unwrap();
        let patients = repository::<Patient>(&faulty, provider.clone());
        said.failure(patients.get("p-1").await);
        said.failure(patients.update_with("p-1", |patient| patient.text = LATER.to_owned()).await);
        said.failure(patients.put(&patient()).await);
        said.failure(patients.delete("p-3").await);
    }
}

/// Panics in a program, which prints its variables.
pub(crate) async fn panic(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) {
    let hook = said.clone();
    std::panic::set_hook(Box::new(move |info| hook.clone().display(info)));
    let patients = repository::<Patient>(&Database::in_memory().unwrap().client(), provider.clone());
    let panicked = catch_unwind(AssertUnwindSafe(|| panic!("{provider:?} {patients:?} {:?}", patient())));
    said.debug(panicked.unwrap_err().downcast_ref::<String>().unwrap());
    let _ = std::panic::take_hook();
}

/// Uses the encryptor alone.
async fn encryptor(provider: impl CryptographicMaterialsProvider + 'static, stored: &Item, said: &mut Said) {
    let encryptor = ItemEncryptor::new(provider);
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("ward", AttributeAction::SignOnly)
        .with("entity", AttributeAction::SignOnly)
        .with("visits", AttributeAction::DoNothing);
    let context = ItemContext::new("patients").partition_key("id");
    said.debug(&encryptor);
    said.debug(&actions);
    said.debug(&context);
    let item = encryptor.decrypt(stored.clone(), &actions, &context).await.unwrap();
    assert_eq!(item["text"], AttributeValue::S(TEXT.to_owned()));
    said.failure(encryptor.decrypt(stored.clone(), &actions, &ItemContext::new("other").partition_key("id")).await);
    let mut invalid = item;
    invalid.insert("number".to_owned(), AttributeValue::N(format!("{NUMBER}{NUMBER}{NUMBER}")));
    said.failure(encryptor.encrypt(invalid, &actions, &context).await);
    said.failure(encryptor.encrypt(stored.clone(), &actions, &context).await);
}

fn without_retries(client: &Client) -> Client {
    Client::from_conf(client.config().to_builder().retry_config(RetryConfig::disabled()).build())
}
