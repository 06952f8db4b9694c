//! Companies are tenants: what one of them has and does is nothing to the others.

use axum::http::StatusCode;
use dynaseal::embedded::Database;
use serde_json::json;

use crate::client::{EMPLOYEES, Keys, Web, ada, changes, key};

const OTHERS: &str = "/companies/other/employees";

#[tokio::test]
async fn a_record_shows_its_format_its_branch_key_and_its_beacon() {
    let web = Web::new().await;
    let (path, _) = web.add("e-1").await;
    let company = web.get("/companies/acme").await.json();
    assert_eq!(company["key"]["versions"].as_array().unwrap().len(), 1);

    let stored = web.get(&format!("{path}/stored")).await.json();
    assert_eq!(stored["format"], "dbesdk");
    assert_eq!(stored["branch_key"]["id"], "acme");
    assert_eq!(stored["branch_key"]["version"], company["key"]["active_version"]);
    let attributes = stored["attributes"].as_array().unwrap();
    let of = |name: &str| attributes.iter().find(|attribute| attribute["name"] == name).unwrap();
    assert_eq!(of("aws_dbe_b_email")["protection"], "beacon");
    assert_eq!(of("aws_dbe_b_email")["value"].as_str().unwrap().len(), 3, "12 bits are three hexadecimal digits");
    assert_eq!(of("email")["protection"], "encrypted");
    assert!(!stored.to_string().contains("lovelace"));
}

#[tokio::test]
async fn a_rotated_key_writes_new_records_and_reads_old_ones() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    let version = async |path: &str| web.get(&format!("{path}/stored")).await.json()["branch_key"]["version"].clone();
    let first = version(&path).await;
    let rotated = web.post("/companies/acme/rotate", &json!(null)).await;
    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.text);
    let versions = rotated.json()["key"]["versions"].as_array().unwrap().clone();
    assert_eq!((versions.len(), &versions[0]), (2, &first));

    let (newer, _) = web.add("e-2").await;
    assert_eq!((version(&path).await, version(&newer).await), (first, versions[1].clone()));
    assert_eq!(web.get(&path).await.status, StatusCode::OK);
    // Saving moves a record to the new version, and search still works: beacons have a separate key.
    assert_eq!(web.put(&path, &etag, &changes(4500)).await.status, StatusCode::OK);
    assert_eq!(version(&path).await, versions[1]);
    assert_eq!(web.ids(&format!("{EMPLOYEES}?email=ada@lovelace.example")).await, ["e-1", "e-2"]);
}

#[tokio::test]
async fn a_shredded_company_is_unreadable_at_once_and_the_other_is_not() {
    let web = Web::new().await;
    let (path, etag) = web.add("e-1").await;
    let (others, _) = web.add_to("other", "e-1").await;
    let shredded = web.post("/companies/acme/shred", &json!(null)).await;
    assert_eq!(shredded.status, StatusCode::OK, "{}", shredded.text);
    assert_eq!(shredded.json()["key"]["is_shredded"], true);

    let mut new = ada();
    new["employee_id"] = json!("e-2");
    let by_email = format!("{EMPLOYEES}?email=ada@lovelace.example");
    for response in [
        web.get(&path).await,
        web.put(&path, &etag, &changes(1)).await,
        web.delete(&path, &etag).await,
        web.post(EMPLOYEES, &new).await,
        web.get(&by_email).await,
        web.post("/companies/acme/rotate", &json!(null)).await,
    ] {
        response.assert_problem(StatusCode::GONE);
    }
    let list = web.get(EMPLOYEES).await.json();
    assert_eq!((&list["employees"], &list["unreadable"]), (&json!([]), &json!(["e-1"])));
    // The stored items still exist, and are unreadable.
    assert_eq!(web.get(&format!("{path}/stored")).await.json()["branch_key"]["id"], "acme");
    assert_eq!(web.get("/companies/acme").await.json()["key"]["is_shredded"], true);
    // Repeating it does not fail, and records can be removed.
    assert_eq!(web.post("/companies/acme/shred", &json!(null)).await.status, StatusCode::OK);
    assert_eq!(web.delete(&format!("{path}?damaged=true"), "").await.status, StatusCode::NO_CONTENT);

    assert_eq!(web.get(&others).await.json()["name"], "Ada Lovelace");
    assert_eq!(web.ids(&format!("{OTHERS}?email=ada@lovelace.example")).await, ["e-1"]);
}

#[tokio::test]
async fn people_are_found_by_email_and_by_department() {
    let web = Web::new().await;
    for (id, email, department) in [
        ("e-1", json!("ada@lovelace.example"), "Engines"),
        ("e-2", json!("mary@acme.example"), "Engines"),
        ("e-3", json!(null), "Logic"),
    ] {
        let mut new = ada();
        (new["employee_id"], new["email"], new["department"]) = (json!(id), email, json!(department));
        assert_eq!(web.post(EMPLOYEES, &new).await.status, StatusCode::CREATED);
    }
    web.add_to("other", "e-9").await;
    for (query, expected) in [
        ("email=ada@lovelace.example", &["e-1"][..]),
        ("email=ADA%40Lovelace.example", &["e-1"]),
        ("email=nobody@acme.example", &[]),
        ("department=Engines", &["e-1", "e-2"]),
        ("department=engines", &[]),
        ("department=Engine", &[]),
        ("department=%C3%A9", &[]),
    ] {
        assert_eq!(web.ids(&format!("{EMPLOYEES}?{query}")).await, expected, "{query}");
    }
    let page = web.get(&format!("{EMPLOYEES}?department=Engines&limit=1")).await.json();
    let next = page["next"].as_str().unwrap();
    assert_eq!(web.ids(&format!("{EMPLOYEES}?department=Engines&cursor={next}")).await, ["e-2"]);
    // A page of one search does not belong to another one.
    let elsewhere = web.get(&format!("{EMPLOYEES}?department=Logic&cursor={next}")).await;
    elsewhere.assert_problem(StatusCode::BAD_REQUEST);
    // An address that was changed is found under the new one only.
    let path = format!("{EMPLOYEES}/e-2");
    let mut moved = changes(1);
    moved["email"] = json!("mary@somerville.example");
    assert_eq!(web.put(&path, "*", &moved).await.status, StatusCode::OK);
    assert!(web.ids(&format!("{EMPLOYEES}?email=mary@acme.example")).await.is_empty());
    assert_eq!(web.ids(&format!("{EMPLOYEES}?email=mary@somerville.example")).await, ["e-2"]);
}

#[tokio::test]
async fn absurd_searches_are_the_clients_mistake() {
    let web = Web::new().await;
    let long = "x".repeat(300);
    for query in [
        "email=",
        "email=ada",
        "email=@",
        "email=a%20b@c",
        "email=a@b%00",
        "email=%ff",
        &format!("email={long}@example.com"),
        "department=",
        "department=%20",
        &format!("department={long}"),
        "email=a@b&department=c",
    ] {
        let response = web.get(&format!("{EMPLOYEES}?{query}")).await;
        response.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for query in ["mail=a@b", "email=a@b&email=c@d"] {
        let response = web.get(&format!("{EMPLOYEES}?{query}")).await;
        response.assert_problem(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_unknown_company_has_nothing_and_gets_nothing() {
    let web = Web::new().await;
    let nobody = "/companies/nobody/employees";
    for path in
        ["/companies/nobody", nobody, &format!("{nobody}?email=a@b.example"), &format!("{nobody}?department=Logic")]
    {
        web.get(path).await.assert_problem(StatusCode::NOT_FOUND);
    }
    web.post(nobody, &ada()).await.assert_problem(StatusCode::NOT_FOUND);
    for action in ["rotate", "shred"] {
        web.post(&format!("/companies/nobody/{action}"), &json!(null)).await.assert_problem(StatusCode::NOT_FOUND);
    }
    assert_eq!(web.count().await, 0);
    // An unknown company differs from an unknown employee of a company.
    assert!(web.ids(EMPLOYEES).await.is_empty());
    web.get("/companies/a%20b").await.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_company_in_anothers_address_finds_nothing_of_it() {
    let client = Database::in_memory().unwrap().client();
    let web = Web::with(client.clone(), &Keys::new().await).await;
    let (path, etag) = web.add("e-1").await;
    let elsewhere = format!("{OTHERS}/e-1");
    web.get(&elsewhere).await.assert_problem(StatusCode::NOT_FOUND);
    web.get(&format!("{elsewhere}/stored")).await.assert_problem(StatusCode::NOT_FOUND);
    web.put(&elsewhere, &etag, &changes(1)).await.assert_problem(StatusCode::NOT_FOUND);
    web.delete(&elsewhere, &etag).await.assert_problem(StatusCode::NOT_FOUND);
    assert!(web.ids(&format!("{OTHERS}?email=ada@lovelace.example")).await.is_empty());

    // For the same employee id, the entity tags of two companies differ.
    let (_, others_tag) = web.add_to("other", "e-1").await;
    assert_ne!(etag, others_tag);
    web.put(&elsewhere, &etag, &changes(1)).await.assert_problem(StatusCode::PRECONDITION_FAILED);

    // Equal addresses have different beacons, and an item that is copied to the other company is rejected.
    let mut copied = web.read_stored("e-1").await;
    let mut others_key = key("e-1");
    others_key.insert("company".into(), copied["company"].clone());
    let beacon = copied["aws_dbe_b_email"].clone();
    let company = |name: &str| dynaseal::AttributeValue::S(name.to_owned());
    others_key.insert("company".into(), company("other"));
    let others = web.attacker().read(others_key).await.unwrap();
    assert_ne!(beacon, others["aws_dbe_b_email"]);
    copied.insert("company".into(), company("other"));
    client.put_item().table_name("staff").set_item(Some(copied)).send().await.unwrap();
    web.get(&elsewhere).await.assert_problem(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(web.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_real_service_names_no_companies_and_changes_no_keys() {
    let client = Database::in_memory().unwrap().client();
    let keys = Keys::new().await;
    let web = Web::with(client.clone(), &keys).await;
    let about = web.get("/companies").await.json();
    assert_eq!((&about["format"], &about["is_demo"]), (&json!("dbesdk"), &json!(true)));
    assert_eq!(about["companies"].as_array().unwrap().len(), 2);

    let staff = dynaseal_web::Staff::Tenants(keys.employees(&client), keys.key_store.clone());
    let real = Web::serve(dynaseal_web::Service { is_demo: false, ..crate::client::service(staff, client) });
    let about = real.get("/companies").await.json();
    assert_eq!((&about["companies"], &about["is_demo"]), (&json!(null), &json!(false)));
    for action in ["rotate", "shred"] {
        let response = real.post(&format!("/companies/acme/{action}"), &json!(null)).await;
        response.assert_problem(StatusCode::NOT_FOUND);
    }
    assert_eq!(web.get("/companies/acme").await.json()["key"]["versions"].as_array().unwrap().len(), 1);
    assert_eq!(real.get(EMPLOYEES).await.status, StatusCode::OK);
}
