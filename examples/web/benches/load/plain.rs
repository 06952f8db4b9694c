//! The same service without encryption: serde_dynamo and the SDK, with the same requests to the store.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

const TABLE: &str = "plain";

#[derive(Serialize, Deserialize)]
struct Employee {
    #[serde(default)]
    company: String,
    #[serde(default)]
    employee_id: String,
    name: String,
    salary: u64,
    notes: Option<String>,
    department: String,
    #[serde(default)]
    views: u64,
}

pub(crate) async fn router(client: Client) -> Router {
    let key = [("company", KeyType::Hash), ("employee_id", KeyType::Range)];
    let mut table = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    for (name, role) in key {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        let element = KeySchemaElement::builder().attribute_name(name).key_type(role);
        table = table.attribute_definitions(attribute.build().unwrap()).key_schema(element.build().unwrap());
    }
    table.send().await.unwrap();
    Router::new()
        .route("/companies/{company}/employees", post(create))
        .route("/companies/{company}/employees/{employee_id}", get(read).put(update))
        .with_state(client)
}

async fn create(
    State(client): State<Client>,
    Path(company): Path<String>,
    Json(employee): Json<Employee>,
) -> impl IntoResponse {
    put(&client, Employee { company, ..employee }).await;
    StatusCode::CREATED
}

async fn read(State(client): State<Client>, Path(key): Path<(String, String)>) -> impl IntoResponse {
    let employee = read_employee(&client, &key).await;
    let update = client.update_item().table_name(TABLE).set_key(Some(key_item(&key))).update_expression("ADD #0 :0");
    let update = update
        .expression_attribute_names("#0", "views")
        .expression_attribute_values(":0", AttributeValue::N("1".into()));
    update.send().await.unwrap();
    ([(ETAG, "\"1\"")], Json(employee))
}

async fn update(
    State(client): State<Client>,
    Path(key): Path<(String, String)>,
    Json(changes): Json<Employee>,
) -> impl IntoResponse {
    let Employee { company, employee_id, views, .. } = read_employee(&client, &key).await;
    put(&client, Employee { company, employee_id, views, ..changes }).await;
    ([(ETAG, "\"1\"")], Json(()))
}

async fn put(client: &Client, employee: Employee) {
    let item = serde_dynamo::to_item(employee).unwrap();
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

async fn read_employee(client: &Client, key: &(String, String)) -> Employee {
    let get = client.get_item().table_name(TABLE).set_key(Some(key_item(key))).consistent_read(true);
    serde_dynamo::from_item(get.send().await.unwrap().item.unwrap()).unwrap()
}

fn key_item((company, employee_id): &(String, String)) -> HashMap<String, AttributeValue> {
    let text = |text: &String| AttributeValue::S(text.clone());
    HashMap::from([("company".to_owned(), text(company)), ("employee_id".to_owned(), text(employee_id))])
}
