//! Many items at a time: batches, transactions, queries and their cursors.

use dynaseal::embedded::Database;
use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::repository::query::CursorKey;
use dynaseal::testing::{Attacker, Fault, Faults};
use dynaseal::{Repository, Transaction, danger, transact_get};

use super::patient::{Misfit, Patient, TEXT, patient, patient_of, repository};
use super::said::Said;

pub(crate) async fn every_operation(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let cursor_key = CursorKey::generate().unwrap();
    said.debug(&cursor_key);
    let patients: Repository<Patient> = Repository::builder(client.clone())
        .table("patients")
        .materials(provider.clone())
        .cursor_key(cursor_key)
        .build();
    patients.create_table().await.unwrap();
    let misfits = repository::<Misfit>(&client, provider.clone());
    batches(&patients, said).await;
    transactions(&patients, said).await;
    queries(&patients, said).await;

    said.failure(misfits.query("p-1").collect().await);
    said.failure(misfits.scan().collect().await);
    said.failure(misfits.get_many(["p-1"]).await.remove(0));
    Attacker::of(&patients).tamper("p-1", "text").await.unwrap();
    said.failure(patients.query("p-1").collect().await);
    said.failure(patients.scan().page(None).await);
    said.failure(patients.get_many(["p-1"]).await.remove(0));
    said.failure(transact_get((patients.get("p-1"), patients.get("p-2"))).await);

    for fault in [Fault::Throttle, Fault::DropResponse, Fault::InternalServerError, Fault::Unprocessed] {
        let faulty = repository::<Patient>(&Faults::script([fault; 30]).beneath(&client).unwrap(), provider.clone());
        said.debug(&faulty.get_many(["p-1", "p-2"]).max_attempts(1).await.remove(1).err());
        said.debug(&faulty.write_many([patient_of(1), patient_of(2)]).max_attempts(1).await.err());
        said.debug(&faulty.transaction().with(faulty.put(&patient())).await.err());
        said.debug(&faulty.query("p-1").count().await.err());
    }
}

async fn batches(patients: &Repository<Patient>, said: &mut Said) {
    let request = patients.write_many((1..=30).map(patient_of)).delete(["p-99"]);
    said.debug(&request);
    request.await.unwrap();
    let ids: Vec<String> = (1..=30).map(|number| format!("p-{number}")).collect();
    said.debug(&patients.get_many(ids.iter().map(String::as_str)));
    let read = patients.get_many(ids.iter().map(String::as_str)).await;
    assert!(read.iter().all(|response| response.as_ref().unwrap().as_ref().unwrap().text == TEXT));
    said.debug(&read);

    let large = Patient { text: TEXT.repeat(40_000), ..patient() };
    let left = patients.write_many([large, patient_of(2)]).await.unwrap_err();
    said.debug(&left);
    left.errors().for_each(|error| said.error(error));
    said.error(&left.into());
}

async fn transactions(patients: &Repository<Patient>, said: &mut Said) {
    let both = |transaction: Transaction| {
        transaction
            .with(patients.replace(&patient_of(1)))
            .with(patients.delete("p-30"))
            .with(patients.update_in_place("p-2", Patient::fields().visits.add(1)))
            .with(patients.check("p-3", danger::unverified(Patient::fields().ward.eq("north"))))
    };
    let good = both(patients.transaction());
    said.debug(&good);
    good.await.unwrap();
    said.failure(both(patients.transaction().with(patients.create(&patient_of(4)))).await);
    let large = Patient { text: TEXT.repeat(40_000), ..patient_of(5) };
    said.failure(patients.transaction().with(patients.put(&large)).await);
    let gets = || (patients.get("p-1"), patients.get("p-2"));
    said.debug(&transact_get(gets()));
    said.debug(&transact_get(gets()).await.unwrap());
}

async fn queries(patients: &Repository<Patient>, said: &mut Said) {
    let indexes = Patient::indexes();
    let filter = || Patient::fields().visits.lt(9) & Patient::fields().text.exists();
    said.debug(&filter());
    said.debug(&patients.query("p-1").filter(filter()));
    said.debug(&patients.query("p-1").filter(filter()).collect().await.unwrap());
    said.debug(&patients.query_index(indexes.by_ward, "north").page_size(7).collect().await.unwrap());
    said.debug(&patients.query_index(indexes.keys_by_ward, "north").collect().await.unwrap());
    said.debug(&patients.query_index(indexes.keys_by_ward, "north").hydrate().collect().await.unwrap());
    said.debug(&patients.parallel_scan(3).collect().await.unwrap().len());
    let page = patients.scan().limit(5).page(None).await.unwrap();
    said.debug(&page);
    let cursor = page.cursor.unwrap();
    said.debug(&cursor);
    said.debug(&cursor.to_token().unwrap());
    said.debug(&patients.scan().page(cursor.clone()));
    said.failure(patients.query("p-1").page(cursor).await);
    let mut stream = patients.scan().stream();
    said.debug(&stream);
    while let Some(patient) = stream.next().await {
        said.debug(&patient.unwrap());
    }
}
