//! The service stores items of either format, by one argument.

use axum::http::StatusCode;
use clap::Parser as _;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{EncryptedItem, Repository};
use dynaseal_web::{Service, Settings};
use serde_json::json;
use tempfile::TempDir;

use crate::client::{EMPLOYEES, Web, ada, changes};

async fn open(format: &str, folder: &TempDir) -> Result<Service, Box<dyn std::error::Error + Send + Sync>> {
    let settings = ["web", "--format", format, "--folder", folder.path().to_str().unwrap()];
    Settings::try_parse_from(settings).unwrap().open().await
}

#[tokio::test]
async fn the_service_runs_with_either_format() {
    // In one folder.
    let folder = tempfile::tempdir().unwrap();
    for (format, table, added, keys) in
        [("ddbec", "staff-ddbec", "*amzn-ddb-map-sig*", "file"), ("dbesdk", "staff", "aws_dbe_foot", "double")]
    {
        let service = open(format, &folder).await.unwrap();
        let stored = service.client.scan().table_name(table).send().await.unwrap();
        assert_eq!(stored.count(), 6);
        assert!(stored.items().iter().all(|item| item.contains_key(added) && item["salary"].is_b()), "{format}");

        let web = Web::serve(service);
        let about = web.get("/companies").await.json();
        let facts = [&about["format"], &about["keys"], &about["has_beacons"]];
        assert_eq!(facts, [&json!(format), &json!(keys), &json!(format == "dbesdk")]);
        let companies = about["companies"].as_array().unwrap();
        assert_eq!([&companies[0]["id"], &companies[1]["id"]], ["acme", "initech"]);
        assert_eq!(companies[0]["key"].is_null(), format == "ddbec");

        let mut new = ada();
        new["employee_id"] = json!("e-9");
        assert_eq!(web.post(EMPLOYEES, &new).await.status, StatusCode::CREATED);
        let path = format!("{EMPLOYEES}/e-9");
        let etag = web.get(&path).await.header("etag");
        assert_eq!(web.put(&path, &etag, &changes(1)).await.status, StatusCode::OK);
        assert_eq!(web.get(&format!("{path}/stored")).await.json()["format"], format);
        assert_eq!(web.ids(&format!("{EMPLOYEES}?department=Engines")).await, ["e-1", "e-9"]);
        assert_eq!(web.ids("/companies/initech/employees").await, ["e-1", "e-2", "e-3"]);
        let tag = web.get(&path).await.header("etag");
        assert_eq!(web.delete(&path, &tag).await.status, StatusCode::NO_CONTENT);

        // The same folder again, with its contents.
        let again = Web::serve(open(format, &folder).await.unwrap());
        assert_eq!(again.ids(EMPLOYEES).await, ["e-1", "e-2", "e-3"]);
    }
}

#[tokio::test]
async fn a_folder_of_another_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let client = Database::open(folder.path().join("staff.db")).unwrap().client();
    let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let earlier: Repository<Earlier> = Repository::builder(client).table("staff").materials(provider).build();
    earlier.create_table().await.unwrap();
    let error = open("dbesdk", &folder).await.err().unwrap();
    assert!(error.to_string().contains("choose another --folder"), "{error}");
}

/// As the first version of this program stored employees.
#[derive(EncryptedItem)]
struct Earlier {
    #[partition_key]
    company: String,
    #[sort_key]
    employee_id: String,
}

#[tokio::test]
async fn with_one_key_for_all_there_are_no_tenants() {
    let folder = tempfile::tempdir().unwrap();
    let web = Web::serve(open("ddbec", &folder).await.unwrap());
    let by_email = web.get(&format!("{EMPLOYEES}?email=ada@lovelace.example")).await;
    by_email.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
    for action in ["rotate", "shred"] {
        let response = web.post(&format!("/companies/acme/{action}"), &json!(null)).await;
        response.assert_problem(StatusCode::CONFLICT);
    }
    assert_eq!(web.get("/companies/acme").await.json(), json!({ "id": "acme", "key": null }));
    // Nobody knows which companies there are.
    assert!(web.ids("/companies/nobody/employees").await.is_empty());
}
