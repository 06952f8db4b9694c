//! Requests that must be refused, with the right status, without detail, and without a trace in the table.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{EMPLOYEES, Web, ada, changes};

const JSON: (&str, &str) = ("content-type", "application/json");

fn with(field: &str, value: Value) -> Value {
    let mut body = ada();
    body[field] = value;
    body
}

#[tokio::test]
async fn bodies_that_do_not_belong_here_are_refused() {
    let web = Web::new().await;
    for body in [
        with("salary", json!("much")),
        with("salary", json!(-1)),
        with("salary", json!(1.5)),
        with("name", json!(["Ada"])),
        with("name", json!(null)),
        with("name", json!("  ")),
        with("department", json!("")),
        with("employee_id", json!("")),
        with("employee_id", json!("../e-1")),
        with("employee_id", json!("e".repeat(65))),
        with("views", json!(7)),
        with("company", json!("other")),
        json!([]),
        json!("text"),
        json!({}),
    ] {
        web.post(EMPLOYEES, &body).await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    web.send(Method::POST, EMPLOYEES, &[JSON], "{").await.assert_problem(StatusCode::BAD_REQUEST);
    let no_type = web.send(Method::POST, EMPLOYEES, &[], ada().to_string()).await;
    no_type.assert_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(web.count().await, 0);
}

#[tokio::test]
async fn changes_are_as_strict() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    for (field, value) in [("salary", json!("much")), ("employee_id", json!("e-2")), ("name", json!(""))] {
        let mut body = changes(1);
        body[field] = value;
        web.put(&path, &etag, &body).await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let unconditional = web.send(Method::PUT, &path, &[JSON], changes(1).to_string()).await;
    unconditional.assert_problem(StatusCode::PRECONDITION_REQUIRED);
    for tag in ["*", "\"\"", "W/\"1\"", "nonsense"] {
        web.put(&path, tag, &changes(1)).await.assert_problem(StatusCode::PRECONDITION_FAILED);
        web.delete(&path, tag).await.assert_problem(StatusCode::PRECONDITION_FAILED);
    }
    assert_eq!(web.get(&path).await.header("etag"), etag);
}

#[tokio::test]
async fn oversized_bodies_are_refused_before_they_are_read() {
    let web = Web::new().await;
    let body = with("notes", json!("n".repeat(70_000)));
    web.post(EMPLOYEES, &body).await.assert_problem(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(web.count().await, 0);
}

#[tokio::test]
async fn forged_and_foreign_cursors_are_refused() {
    let web = Web::new().await;
    for number in 0..3 {
        web.add(&format!("e-{number}")).await;
    }
    let page = web.get(&format!("{EMPLOYEES}?limit=2")).await.json();
    let cursor = page["next"].as_str().unwrap();
    let (rest, last) = cursor.split_at(cursor.len() - 1);
    let changed = format!("{rest}{}", if last == "A" { "B" } else { "A" });
    for cursor in ["", "nonsense", "AAAA", &changed, rest, &format!("{cursor}A")] {
        let answer = web.get(&format!("{EMPLOYEES}?limit=2&cursor={cursor}")).await;
        answer.assert_problem(StatusCode::BAD_REQUEST);
    }
    let elsewhere = web.get(&format!("/companies/other/employees?limit=2&cursor={cursor}")).await;
    elsewhere.assert_problem(StatusCode::BAD_REQUEST);
    let another_service = Web::new().await;
    let answer = another_service.get(&format!("{EMPLOYEES}?limit=2&cursor={cursor}")).await;
    answer.assert_problem(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn odd_paths_and_queries_are_refused() {
    let web = Web::new().await;
    web.get("/nowhere").await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{EMPLOYEES}/nobody")).await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{EMPLOYEES}/nobody/stored")).await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{EMPLOYEES}/%ff")).await.assert_problem(StatusCode::BAD_REQUEST);
    web.post("/companies/a%20b/employees", &ada()).await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    for query in ["limit=0", "limit=101"] {
        web.get(&format!("{EMPLOYEES}?{query}")).await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for query in ["limit=many", "limit=-1", "page=2"] {
        web.get(&format!("{EMPLOYEES}?{query}")).await.assert_problem(StatusCode::BAD_REQUEST);
    }
    let patched = web.send(Method::PATCH, &format!("{EMPLOYEES}/e-1"), &[JSON], Body::empty()).await;
    patched.assert_problem(StatusCode::METHOD_NOT_ALLOWED);
}
