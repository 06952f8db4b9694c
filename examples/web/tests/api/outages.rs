//! Failures of the backends of the service.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use dynaseal::Repository;
use dynaseal::embedded::Database;
use dynaseal::materials::DirectKmsProvider;
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal_web::{OneKeyEmployee, Service, Staff};
use serde_json::json;
use tokio::task::JoinSet;

use crate::client::{EMPLOYEES, Keys, Web, ada, changes, service};

#[tokio::test]
async fn throttling_is_busy_and_a_lost_response_is_an_unknown_outcome() {
    let client = Database::in_memory().unwrap().client();
    let keys = Keys::new().await;
    let calm = Web::with(client.clone(), &keys).await;
    let (path, etag) = calm.add("e-1").await;
    let behind = |faults: Faults| Web::of(faults.beneath(&client).unwrap(), &keys);

    for fault in [Fault::Throttle, Fault::InternalServerError, Fault::FailBefore] {
        let response = behind(Faults::script([fault; 4])).get(&path).await;
        response.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.header("retry-after"), "2");
    }
    // The item is read; the write and the read that resolves it fail.
    let lost = [Fault::None, Fault::DropResponse, Fault::FailBefore, Fault::FailBefore];
    let response = behind(Faults::script(lost)).put(&path, &etag, &changes(4500)).await;
    response.assert_problem(StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(calm.get(&path).await.json()["salary"], json!(4500));

    let response = behind(Faults::script([Fault::Throttle; 4])).post(EMPLOYEES, &ada()).await;
    response.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(calm.count().await, 1);
}

#[tokio::test]
async fn without_kms_nothing_is_read_or_written() {
    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let provider = DirectKmsProvider::new(kms.client("us-east-1"), key);
    let client = Database::in_memory().unwrap().client();
    let employees: Repository<OneKeyEmployee> =
        Repository::builder(client.clone()).table("staff").materials(provider).build();
    employees.create_table().await.unwrap();
    let web = Web::serve(service(Staff::OneKey(employees), client));
    let (path, etag) = web.add("e-1").await;
    let stored = web.read_stored("e-1").await;

    kms.set_outage(true);
    let mut other = ada();
    other["employee_id"] = json!("e-2");
    for response in [
        web.get(&path).await,
        web.get(EMPLOYEES).await,
        web.post(EMPLOYEES, &other).await,
        web.put(&path, &etag, &changes(1)).await,
        web.delete(&path, &etag).await,
    ] {
        response.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.header("retry-after"), "2");
    }
    assert_eq!((web.count().await, web.read_stored("e-1").await), (1, stored));
    assert_eq!(web.get("/health").await.text, "ok", "an outage elsewhere is no reason to restart the service");

    kms.set_outage(false);
    assert_eq!(web.get(&path).await.status, StatusCode::OK);
}

/// What is in the caches is enough for a while. A process that has nothing there waits for KMS.
#[tokio::test]
async fn an_outage_of_kms_is_not_noticed_by_a_process_that_knows_the_companys_key() {
    let client = Database::in_memory().unwrap().client();
    let keys = Keys::new().await;
    let web = Web::with(client.clone(), &keys).await;
    let (path, etag) = web.add("e-1").await;
    keys.kms.set_outage(true);
    assert_eq!(web.put(&path, &etag, &changes(4500)).await.status, StatusCode::OK);
    assert_eq!(web.ids(&format!("{EMPLOYEES}?email=ada@lovelace.example")).await, ["e-1"]);

    let cold = Web::of(client, &keys);
    for response in [
        cold.get(&path).await,
        cold.get(EMPLOYEES).await,
        cold.get(&format!("{EMPLOYEES}?email=ada@lovelace.example")).await,
        cold.post(EMPLOYEES, &ada()).await,
        web.post("/companies/acme/rotate", &json!(null)).await,
    ] {
        response.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.header("retry-after"), "2");
    }
    keys.kms.set_outage(false);
    assert_eq!(cold.get(&path).await.status, StatusCode::OK);
}

/// Returns a service on a store with this latency.
async fn slow(latency: Duration) -> Web {
    let client = Database::in_memory().unwrap().client();
    let keys = Keys::new().await;
    let calm = Web::with(client.clone(), &keys).await;
    calm.add("e-1").await;
    Web::of(Faults::random(0, 1.0, [Fault::Delay(latency)]).beneath(&client).unwrap(), &keys)
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_an_unknown_outcome() {
    let web = slow(Duration::from_secs(60)).await;
    web.get(&format!("{EMPLOYEES}/e-1")).await.assert_problem(StatusCode::GATEWAY_TIMEOUT);
    let mut other = ada();
    other["employee_id"] = json!("e-2");
    web.post(EMPLOYEES, &other).await.assert_problem(StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn requests_beyond_the_limit_are_rejected_at_once() {
    let web = Arc::new(slow(Duration::from_secs(1)).await);
    let mut requests = JoinSet::new();
    // The limit applies to all routes together.
    for number in 0..600 {
        let web = Arc::clone(&web);
        let path = if number % 2 == 0 { EMPLOYEES.to_owned() } else { format!("{EMPLOYEES}/nobody") };
        requests.spawn(async move { web.get(&path).await });
    }
    let responses = requests.join_all().await;
    let rejected: Vec<_> =
        responses.iter().filter(|response| response.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert_eq!(rejected.len(), 600 - 512);
    for response in rejected {
        response.assert_problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.header("retry-after"), "2");
    }
}

#[tokio::test]
async fn on_a_real_table_nothing_can_be_tampered_with() {
    let client = Database::in_memory().unwrap().client();
    let keys = Keys::new().await;
    let web = Web::with(client.clone(), &keys).await;
    let (path, _) = web.add("e-1").await;
    let stored = web.read_stored("e-1").await;
    let staff = Staff::Tenants(keys.employees(&client), keys.key_store.clone());
    let real = Web::serve(Service { is_demo: false, ..service(staff, client) });
    real.post(&format!("{path}/tamper"), &json!(null)).await.assert_problem(StatusCode::NOT_FOUND);
    assert_eq!(web.read_stored("e-1").await, stored);
    assert_eq!(real.get(&format!("{path}/stored")).await.json()["may_tamper"], json!(false));
}

#[tokio::test]
async fn a_missing_table_is_a_server_error() {
    let web = Web::of(Database::in_memory().unwrap().client(), &Keys::new().await);
    web.get(&format!("{EMPLOYEES}/e-1")).await.assert_problem(StatusCode::INTERNAL_SERVER_ERROR);
}
