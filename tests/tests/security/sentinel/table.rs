//! Untyped items.

use dynaseal::embedded::Database;
use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::testing::Attacker;
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptedItem as _, EncryptedTable, Item, Update};

use super::patient::{LATER, Patient, patient, patient_of, repository};
use super::said::Said;

/// Maps show their contents, which belong to the program. So only requests, errors and types without values are printed
/// here.
pub(crate) async fn every_operation(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let typed = repository::<Patient>(&client, provider.clone());
    typed.create_table().await.unwrap();
    let actions = Patient::ACTIONS
        .iter()
        .fold(AttributeActions::new(AttributeAction::EncryptAndSign), |actions, (name, action)| {
            actions.with(*name, *action)
        });
    let patients =
        EncryptedTable::builder(client.clone()).table("patients").materials(provider).connect(actions).await.unwrap();
    said.debug(&patients);
    let item = |number| patient_of(number).to_item().unwrap();
    let key = |number: usize| Item::from([("id".to_owned(), AttributeValue::S(format!("p-{number}")))]);

    for request in [patients.create(&item(1)), patients.put(&item(1)), patients.replace(&item(1))] {
        said.debug(&request);
        request.await.unwrap();
    }
    said.failure(patients.create(&item(1)).await);
    said.failure(patients.put(&Patient { text: LATER.repeat(40_000), ..patient() }.to_item().unwrap()).await);
    said.debug(&patients.get(key(1)));
    assert_eq!(patients.get(key(1)).await.unwrap().unwrap()["text"], item(1)["text"]);
    let read = patients.fetch(key(1)).await.unwrap().unwrap();
    said.debug(&read.revision());
    said.debug(&patients.save(read.clone()));
    patients.update_with(key(1), |item| _ = item.insert("text".to_owned(), later())).await.unwrap();
    said.failure(patients.save(read.clone()).await);
    said.failure(patients.delete_unchanged(read).await);
    said.failure(patients.update_in_place(key(1), Update::set("text", later())).await);

    said.debug(&patients.write_many([item(2), item(3)]));
    patients.write_many([item(2), item(3)]).await.unwrap();
    said.debug(&patients.get_many([key(1), key(2)]));
    assert_eq!(patients.get_many([key(1), key(2)]).await.len(), 2);
    let transaction = patients.transaction().with(patients.create(&item(2))).with(patients.replace(&item(3)));
    said.debug(&transaction);
    said.failure(transaction.await);
    said.debug(&patients.scan());
    assert_eq!(patients.scan().collect().await.unwrap().len(), 3);

    Attacker::new(client, "patients").tamper(key(1), "text").await.unwrap();
    said.failure(patients.get(key(1)).await);
    said.failure(patients.scan().collect().await);
    said.failure(patients.update_with(key(1), |item| _ = item.remove("text")).await);
    said.failure(patients.delete(key(1)).returning().await);
}

fn later() -> AttributeValue {
    AttributeValue::S(LATER.to_owned())
}
