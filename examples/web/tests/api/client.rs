//! Requests to the service without a network, and the service on its own store.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{BeaconKeys, HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::repository::query::CursorKey;
use dynaseal::testing::Attacker;
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeValue, Item, Repository};
use dynaseal_web::{Employee, Service, Staff, router};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const EMPLOYEES: &str = "/companies/acme/employees";

const REGION: &str = "us-west-2";

/// The key store of the companies `acme` and `other`, on a separate store and KMS.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) kms: Kms,
    pub(crate) key_store: KeyStore,
}

impl Keys {
    pub(crate) async fn new() -> Self {
        let kms = Kms::new();
        let key = kms.create_key(REGION);
        let configuration = KmsConfiguration::key(kms.client(REGION), key).unwrap();
        let key_store = KeyStore::new(Database::in_memory().unwrap().client(), "branch-keys", configuration);
        key_store.create_table().await.unwrap();
        for company in ["acme", "other"] {
            key_store.create_branch_key(NewBranchKey::with_id(company).context("purpose", "tests")).await.unwrap();
        }
        Self { kms, key_store }
    }

    /// The records as a process sees them that has nothing in its caches.
    pub(crate) fn employees(&self, client: &aws_sdk_dynamodb::Client) -> Repository<Employee> {
        const TTL: Duration = Duration::from_secs(600);

        Repository::builder(client.clone())
            .table("staff")
            .keyring(HierarchicalKeyring::new(self.key_store.clone(), TTL).unwrap())
            .beacons(BeaconKeys::per_tenant(self.key_store.clone()).ttl(TTL))
            .cursor_key(CursorKey::generate().unwrap())
            .build()
    }
}

/// The service and its backends.
pub(crate) struct Web {
    router: Router,
    client: aws_sdk_dynamodb::Client,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Web {
    pub(crate) async fn new() -> Self {
        Self::with(Database::in_memory().unwrap().client(), &Keys::new().await).await
    }

    /// Starts the service on a new table of this client, with these keys.
    pub(crate) async fn with(client: aws_sdk_dynamodb::Client, keys: &Keys) -> Self {
        keys.employees(&client).create_table().await.unwrap();
        Self::of(client, keys)
    }

    /// On a table that may be there, or not.
    pub(crate) fn of(client: aws_sdk_dynamodb::Client, keys: &Keys) -> Self {
        Self::serve(service(Staff::Tenants(keys.employees(&client), keys.key_store.clone()), client))
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) fn serve(service: Service) -> Self {
        let client = service.client.clone();
        Self { router: router(service), client }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("if-match", etag)];
        self.send(Method::PUT, path, &headers, body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str, etag: &str) -> Answer {
        self.send(Method::DELETE, path, &[("if-match", etag)], Body::empty()).await
    }

    /// Adds an employee of this id, and returns the path and the entity tag.
    pub(crate) async fn add(&self, id: &str) -> (String, String) {
        self.add_to("acme", id).await
    }

    /// The same for another company.
    pub(crate) async fn add_to(&self, company: &str, id: &str) -> (String, String) {
        let mut new = ada();
        new["employee_id"] = json!(id);
        let employees = format!("/companies/{company}/employees");
        let response = self.post(&employees, &new).await;
        assert_eq!(response.status, StatusCode::CREATED, "{}", response.text);
        let path = format!("{employees}/{id}");
        let etag = self.get(&path).await.header("etag");
        (path, etag)
    }

    /// The ids of the employees that a list or a search shows.
    pub(crate) async fn ids(&self, path: &str) -> Vec<String> {
        let response = self.get(path).await;
        assert_eq!(response.status, StatusCode::OK, "{}", response.text);
        let employees = response.json()["employees"].as_array().unwrap().clone();
        employees.iter().map(|employee| employee["employee_id"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns an attacker who writes to the table directly.
    pub(crate) fn attacker(&self) -> Attacker {
        Attacker::new(self.client.clone(), "staff")
    }

    pub(crate) async fn read_stored(&self, id: &str) -> Item {
        self.attacker().read(key(id)).await.unwrap()
    }

    /// Returns the number of stored employees.
    pub(crate) async fn count(&self) -> usize {
        self.client.scan().table_name("staff").send().await.unwrap().items().len()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    /// Asserts that the response is a problem of this status, without internal details.
    pub(crate) fn assert_problem(&self, status: StatusCode) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], json!(status.as_u16()));
        assert_eq!(problem.as_object().unwrap().len(), 2, "{problem}");
        for secret in ["Lovelace", "4200", "dynaseal", "amzn", "Item", "attribute", "verification", "acme", "branch"] {
            assert!(!self.text.contains(secret), "{}", self.text);
        }
    }
}

/// A service that is tried out.
pub(crate) fn service(staff: Staff, client: aws_sdk_dynamodb::Client) -> Service {
    Service { staff, client, keys: "double", is_demo: true, hosts: vec!["staff.example.com".to_owned()] }
}

/// Returns the stored key of an employee of the company.
pub(crate) fn key(id: &str) -> Item {
    let attribute = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
    Item::from([attribute("company", "acme"), attribute("employee_id", id)])
}

pub(crate) fn ada() -> Value {
    json!({
        "employee_id": "e-1", "name": "Ada Lovelace", "email": "ada@lovelace.example", "salary": 4200,
        "department": "Engines", "notes": null
    })
}

pub(crate) fn changes(salary: u64) -> Value {
    json!({
        "name": "Ada Lovelace", "email": "ada@lovelace.example", "salary": salary, "department": "Engines",
        "notes": "likes poetry"
    })
}
