//! The main functions of the service.

use axum::http::StatusCode;
use serde_json::json;

use crate::client::{EMPLOYEES, Web, ada, changes};

#[tokio::test]
async fn an_employee_is_created_read_updated_and_deleted() {
    let web = Web::new().await;
    let created = web.post(EMPLOYEES, &ada()).await;
    assert_eq!(created.status, StatusCode::CREATED);
    let path = created.header("location");

    let read = web.get(&path).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(created.header("etag"), read.header("etag"), "what is created can be changed without reading it first");
    assert_eq!(
        read.json(),
        json!({
            "employee_id": "e-1", "name": "Ada Lovelace", "email": "ada@lovelace.example", "salary": 4200, "notes": null,
            "department": "Engines", "views": 0
        })
    );
    let changed = web.put(&path, &read.header("etag"), &changes(4500)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_ne!(changed.header("etag"), read.header("etag"));

    let again = web.get(&path).await;
    assert_eq!(again.header("etag"), changed.header("etag"), "a view changes no entity tag");
    assert_eq!((&again.json()["salary"], &again.json()["views"]), (&json!(4500), &json!(1)));

    assert_eq!(web.delete(&path, &again.header("etag")).await.status, StatusCode::NO_CONTENT);
    web.get(&path).await.assert_problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_is_paged_by_cursors_and_belongs_to_one_company() {
    let web = Web::new().await;
    for number in 0..25 {
        web.add(&format!("e-{number:02}")).await;
    }
    let other = web.post("/companies/other/employees", &ada()).await;
    assert_eq!(other.status, StatusCode::CREATED);

    let mut ids = Vec::new();
    let mut path = format!("{EMPLOYEES}?limit=10");
    for expected in [10, 10, 5] {
        let page = web.get(&path).await.json();
        let employees = page["employees"].as_array().unwrap();
        assert_eq!(employees.len(), expected);
        ids.extend(employees.iter().map(|employee| employee["employee_id"].as_str().unwrap().to_owned()));
        path = format!("{EMPLOYEES}?limit=10&cursor={}", page["next"].as_str().unwrap_or_default());
    }
    assert!(path.ends_with("cursor="), "the last page has no next one: {path}");
    assert_eq!(ids, (0..25).map(|number| format!("e-{number:02}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_duplicate_employee_id_is_rejected() {
    let web = Web::new().await;
    web.add("e-1").await;
    web.post(EMPLOYEES, &ada()).await.assert_problem(StatusCode::CONFLICT);
    assert_eq!(web.count().await, 1);
}

#[tokio::test]
async fn the_second_of_two_concurrent_updates_must_read_again() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    let first = web.put(&path, &etag, &changes(5000)).await;
    assert_eq!(first.status, StatusCode::OK);
    web.put(&path, &etag, &changes(1)).await.assert_problem(StatusCode::PRECONDITION_FAILED);
    web.delete(&path, &etag).await.assert_problem(StatusCode::PRECONDITION_FAILED);
    assert_eq!(web.get(&path).await.json()["salary"], json!(5000));
}

#[tokio::test]
async fn if_match_any_overwrites_every_state() {
    let web = Web::new().await;
    let (path, _) = web.add("e-1").await;
    assert_eq!(web.put(&path, "*", &changes(5000)).await.status, StatusCode::OK);
    assert_eq!(web.get(&path).await.json()["salary"], json!(5000));
    assert_eq!(web.delete(&path, "*").await.status, StatusCode::NO_CONTENT);
    web.put(&path, "*", &changes(1)).await.assert_problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_stored_item_is_shown_and_tampering_is_detected() {
    let web = Web::new().await;
    let (path, _) = web.add("e-1").await;
    let stored = web.get(&format!("{path}/stored")).await.json();
    let attributes = stored["attributes"].as_array().unwrap();
    let of = |name: &str| attributes.iter().find(|attribute| attribute["name"] == name).unwrap();
    assert_eq!(of("name")["protection"], "encrypted");
    assert!(!of("name")["value"].as_str().unwrap().contains("Ada"));
    assert_eq!((&of("department")["value"], &of("department")["protection"]), (&json!("Engines"), &json!("signed")));
    assert_eq!(of("views")["protection"], "plain");
    assert_eq!(of("aws_dbe_foot")["protection"], "added");

    assert_eq!(web.post(&format!("{path}/tamper"), &json!(null)).await.status, StatusCode::NO_CONTENT);
    web.get(&path).await.assert_problem(StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn the_page_loads_only_its_own_files() {
    let web = Web::new().await;
    let script = "text/javascript";
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/icon.svg", "image/svg+xml"),
        ("/page.js", script),
        ("/company.js", script),
        ("/directory.js", script),
        ("/record.js", script),
        ("/service.js", script),
        ("/state.js", script),
    ] {
        let response = web.get(path).await;
        assert_eq!(response.status, StatusCode::OK);
        assert!(response.header("content-type").starts_with(kind));
        assert!(response.header("content-security-policy").starts_with("default-src 'self'"));
        // The SVG namespace is not an address that a browser requests.
        let text = response.text.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}");
    }
    assert_eq!(web.get("/health").await.text, "ok");
}
