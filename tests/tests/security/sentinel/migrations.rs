//! Migrations to other keys, and from plaintext.

use std::time::{Duration, SystemTime};

use dynaseal::danger::{DualRead, import_plaintext};
use dynaseal::embedded::Database;
use dynaseal::materials::WrappedProvider;
use dynaseal::testing::Attacker;
use dynaseal::{AttributeAction, EncryptedItem as _, Repository, SchemaVersion, migration};
use dynaseal_tests::store::provider;

use super::patient::{Patient, patient_of, repository};
use super::said::Said;

/// The plaintext before the import.
pub(crate) const PLAIN: &str = "unprotected-before-the-import";

pub(crate) async fn every_migration(old: &WrappedProvider, said: &mut Said) {
    let new = provider();
    to_other_keys(old, &new, said).await;
    from_plaintext(&new, said).await;
}

async fn to_other_keys(old: &WrappedProvider, new: &WrappedProvider, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let before = repository::<Patient>(&client, old.clone());
    before.create_table().await.unwrap();
    before.write_many((1..=5).map(patient_of)).await.unwrap();
    Attacker::of(&before).tamper("p-5", "text").await.unwrap();
    let version = SchemaVersion::of::<Patient>("old").materials(old.clone());
    let wrong = SchemaVersion::of::<Patient>("wrong").with("text", AttributeAction::SignOnly);
    said.debug(&version);
    let plan = migration::plan(&version, &SchemaVersion::of::<Patient>("new").materials(new.clone())).unwrap();
    said.debug(&plan);
    said.debug(&plan.deployments[0]);
    said.display(&plan);
    let patients: Repository<Patient> = Repository::builder(client)
        .table("patients")
        .materials(new.clone())
        .also_reads(version)
        .also_reads(wrong)
        .build();
    said.debug(&patients);
    said.debug(&patients.fetch("p-1").await.unwrap());
    said.debug(&patients.check_items());
    said.debug(&patients.check_items().await.unwrap());
    let left = said.clone();
    let request = patients.reencrypt().on_left(move |key, error| {
        let mut left = left.clone();
        left.debug(key);
        left.error(error);
    });
    said.debug(&request);
    let report = request.await.unwrap();
    assert!(!report.is_complete());
    said.debug(&report);
    said.display(&report);
}

async fn from_plaintext(keys: &WrappedProvider, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let patients = repository::<Patient>(&client, keys.clone());
    patients.create_table().await.unwrap();
    for number in 1..=3 {
        // This entity contains none of the secrets that are encrypted elsewhere.
        let (text, list) = (PLAIN.to_owned(), Vec::new());
        let plain = Patient { text, number: 1, bytes: vec![1], list, ..patient_of(number) }.to_item().unwrap();
        client.put_item().table_name("patients").set_item(Some(plain)).send().await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("import");
    let dual = DualRead::until(&patients, SystemTime::now() + Duration::from_secs(60));
    said.debug(&dual);
    said.debug(&dual.get("p-1"));
    said.debug(&dual.get("p-1").await.unwrap());
    said.failure(patients.get("p-1").await);
    said.debug(&patients.check_items().await.unwrap());
    said.debug(&import_plaintext(&patients, &checkpoint));
    said.failure(import_plaintext(&patients, &checkpoint).await);
    let report = import_plaintext(&patients, &checkpoint).begin().await.unwrap();
    assert!(report.is_complete());
    said.debug(&report);
    said.display(&report);
    said.debug(&dual.get("p-1").await.unwrap());
    said.failure(import_plaintext(&patients, &checkpoint).await);
}
