//! Requests that must be rejected with the correct status, without details, and without a change in the table.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{EMPLOYEES, Web, ada, changes, key};

const JSON: (&str, &str) = ("content-type", "application/json");

fn with(field: &str, value: Value) -> Value {
    let mut body = ada();
    body[field] = value;
    body
}

#[tokio::test]
async fn unexpected_bodies_are_rejected() {
    let web = Web::new().await;
    for body in [
        with("salary", json!("much")),
        with("salary", json!(-1)),
        with("salary", json!(1.5)),
        with("name", json!(["Ada"])),
        with("name", json!(null)),
        with("name", json!("  ")),
        with("department", json!("")),
        with("department", json!("d".repeat(101))),
        with("email", json!("")),
        with("email", json!("ada")),
        with("email", json!("ada@lovelace.example\n")),
        with("email", json!(7)),
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
async fn updates_are_validated_as_strictly() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    for (field, value) in [
        ("salary", json!("much")),
        ("salary", json!(null)),
        ("employee_id", json!("e-2")),
        ("views", json!(7)),
        ("name", json!("")),
        ("email", json!("ada")),
        ("company", json!("other")),
    ] {
        let mut body = changes(1);
        body[field] = value;
        web.put(&path, &etag, &body).await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let headers = [JSON, ("if-match", &*etag)];
    web.send(Method::PUT, &path, &headers, format!("{}{{}}", changes(1))).await.assert_problem(StatusCode::BAD_REQUEST);
    let no_type = web.send(Method::PUT, &path, &headers[1..], changes(1).to_string()).await;
    no_type.assert_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let unconditional = web.send(Method::PUT, &path, &[JSON], changes(1).to_string()).await;
    unconditional.assert_problem(StatusCode::PRECONDITION_REQUIRED);
    for tag in ["\"\"", "W/\"1\"", "nonsense"] {
        web.put(&path, tag, &changes(1)).await.assert_problem(StatusCode::PRECONDITION_FAILED);
        web.delete(&path, tag).await.assert_problem(StatusCode::PRECONDITION_FAILED);
    }
    let unconditional = web.send(Method::DELETE, &path, &[], Body::empty()).await;
    unconditional.assert_problem(StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(web.get(&path).await.header("etag"), etag);

    let nobody = format!("{EMPLOYEES}/nobody");
    web.put(&nobody, &etag, &changes(1)).await.assert_problem(StatusCode::NOT_FOUND);
    web.delete(&nobody, &etag).await.assert_problem(StatusCode::NOT_FOUND);
    assert_eq!(web.count().await, 1);
}

#[tokio::test]
async fn oversized_bodies_are_rejected_before_they_are_read() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    let body = with("notes", json!("n".repeat(70_000)));
    web.post(EMPLOYEES, &body).await.assert_problem(StatusCode::PAYLOAD_TOO_LARGE);
    web.put(&path, &etag, &body).await.assert_problem(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!((web.count().await, web.get(&path).await.header("etag")), (1, etag));
}

#[tokio::test]
async fn a_damaged_employee_is_rejected_everywhere_and_left_unchanged() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    let before = web.read_stored("e-1").await;
    for attribute in ["name", "department"] {
        web.attacker().tamper(key("e-1"), attribute).await.unwrap();
        let damaged = web.read_stored("e-1").await;
        for response in [web.get(&path).await, web.put(&path, &etag, &changes(1)).await, web.delete(&path, &etag).await]
        {
            response.assert_problem(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let list = web.get(EMPLOYEES).await.json();
        assert_eq!((&list["employees"], &list["unreadable"]), (&json!([]), &json!(["e-1"])));
        web.post(EMPLOYEES, &ada()).await.assert_problem(StatusCode::CONFLICT);
        assert_eq!(web.read_stored("e-1").await, damaged);
        web.attacker().rollback(before.clone()).await.unwrap();
    }
    assert_eq!(web.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn forged_and_foreign_cursors_are_rejected() {
    let web = Web::new().await;
    for number in 0..3 {
        web.add(&format!("e-{number}")).await;
    }
    let page = web.get(&format!("{EMPLOYEES}?limit=2")).await.json();
    let cursor = page["next"].as_str().unwrap();
    let (rest, last) = cursor.split_at(cursor.len() - 1);
    let changed = format!("{rest}{}", if last == "A" { "B" } else { "A" });
    for cursor in ["", "nonsense", "AAAA", &changed, rest, &format!("{cursor}A")] {
        let response = web.get(&format!("{EMPLOYEES}?limit=2&cursor={cursor}")).await;
        response.assert_problem(StatusCode::BAD_REQUEST);
    }
    let elsewhere = web.get(&format!("/companies/other/employees?limit=2&cursor={cursor}")).await;
    elsewhere.assert_problem(StatusCode::BAD_REQUEST);
    let another_service = Web::new().await;
    let response = another_service.get(&format!("{EMPLOYEES}?limit=2&cursor={cursor}")).await;
    response.assert_problem(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn malformed_paths_and_queries_are_rejected() {
    let web = Web::new().await;
    web.get("/nowhere").await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{EMPLOYEES}/nobody")).await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{EMPLOYEES}/nobody/stored")).await.assert_problem(StatusCode::NOT_FOUND);
    web.post(&format!("{EMPLOYEES}/nobody/tamper"), &json!(null)).await.assert_problem(StatusCode::NOT_FOUND);
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
