//! When what the service stands on fails.

use axum::http::StatusCode;
use dynaseal::Repository;
use dynaseal::embedded::Database;
use dynaseal::materials::DirectKmsProvider;
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use serde_json::json;

use crate::client::{EMPLOYEES, Web, ada, changes, keys};

#[tokio::test]
async fn a_throttled_store_is_busy_and_a_lost_answer_is_called_unknown() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let calm = Web::with(client.clone(), keys.clone()).await;
    let (path, etag) = calm.add("e-1").await;
    let behind = |faults: Faults| {
        let client = faults.beneath(&client).unwrap();
        let employees = Repository::builder(client.clone()).table("staff").materials(keys.clone()).build();
        Web::of(client, employees)
    };

    for fault in [Fault::Throttle, Fault::InternalServerError, Fault::FailBefore] {
        let answer = behind(Faults::script([fault; 4])).get(&path).await;
        answer.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "2");
    }
    // The item is read; the write and the look at what became of it go wrong.
    let lost = [Fault::None, Fault::DropResponse, Fault::FailBefore, Fault::FailBefore];
    let answer = behind(Faults::script(lost)).put(&path, &etag, &changes(4500)).await;
    answer.assert_problem(StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(calm.get(&path).await.json()["salary"], json!(4500));

    let answer = behind(Faults::script([Fault::Throttle; 4])).post(EMPLOYEES, &ada()).await;
    answer.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(calm.count().await, 1);
}

#[tokio::test]
async fn without_kms_nothing_is_read_or_written() {
    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let provider = DirectKmsProvider::new(kms.client("us-east-1"), key);
    let web = Web::with(Database::in_memory().unwrap().client(), provider).await;
    let (path, _) = web.add("e-1").await;

    kms.set_outage(true);
    let answer = web.get(&path).await;
    answer.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
    let mut other = ada();
    other["employee_id"] = json!("e-2");
    web.post(EMPLOYEES, &other).await.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(web.count().await, 1);

    kms.set_outage(false);
    assert_eq!(web.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_table_that_does_not_exist_is_the_services_own_failure() {
    let client = Database::in_memory().unwrap().client();
    let employees = Repository::builder(client.clone()).table("staff").materials(keys()).build();
    let web = Web::of(client, employees);
    web.get(&format!("{EMPLOYEES}/e-1")).await.assert_problem(StatusCode::INTERNAL_SERVER_ERROR);
}
