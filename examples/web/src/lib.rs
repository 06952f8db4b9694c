//! A staff directory as a web service: REST on encrypted DynamoDB items, and a page that shows the stored items.
//!
//! | file | what it is |
//! |---|---|
//! | `employee.rs` | the entity: what is stored, and what protects it |
//! | `one_key.rs` | the same entity in the format of the DynamoDB Encryption Client |
//! | `record.rs` | the operations that both entities have |
//! | `company.rs` | companies, which are tenants, and their keys |
//! | `dto.rs` | what clients send and get |
//! | `api.rs` | create, read, list, update and delete |
//! | `error.rs` | each kind of failure as an HTTP status |
//! | `limits.rs` | size, time and number of requests |
//! | `origin.rs` | other sites, and other names that point here |
//! | `serve.rs` | the number of connections, and silent ones |
//! | `demo.rs` | the stored item beside the readable one, and tampering with it |
//! | `page.rs` | the page itself |
//! | `settings.rs` | the embedded store and a double of KMS, or DynamoDB and AWS KMS |
//! | `samples.rs` | the employees of a new directory |

#![forbid(unsafe_code)]

mod api;
mod company;
mod demo;
mod dto;
mod employee;
mod error;
mod limits;
mod one_key;
mod origin;
mod page;
mod record;
mod samples;
mod serve;
mod settings;

use aws_sdk_dynamodb::Client;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use dynaseal::Repository;
use dynaseal::keyrings::KeyStore;

use demo::Demo;
use record::Record;

pub use employee::Employee;
pub use one_key::OneKeyEmployee;
pub use serve::{MOST_CONNECTIONS, serve};
pub use settings::{Settings, StoredFormat};

/// The resources of the service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The records.
    pub staff: Staff,
    /// The underlying client, which shows stored items.
    pub client: Client,
    /// The source of the keys: `aws`, `double` or `file`.
    pub keys: &'static str,
    /// True if records may be damaged for demonstration, and keys of companies rotated and deleted.
    pub is_demo: bool,
    /// The public host names of the service.
    pub hosts: Vec<String>,
}

/// The records, in one of the formats.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a service holds a single value of it")]
pub enum Staff {
    /// Items of the AWS Database Encryption SDK; each company has a branch key in the key store.
    Tenants(Repository<Employee>, KeyStore),
    /// Items of the DynamoDB Encryption Client; all companies have one key.
    OneKey(Repository<OneKeyEmployee>),
}

/// The state of every handler. Clones share the repository.
#[derive(Clone, Debug)]
pub(crate) struct Directory<E> {
    employees: Repository<E>,
    /// `None` if all companies have one key.
    key_store: Option<KeyStore>,
    demo: Demo,
    keys: &'static str,
    is_demo: bool,
}

/// All routes of the service.
pub fn router(service: Service) -> Router {
    let Service { staff, client, keys, is_demo, hosts } = service;
    let demo = Demo::new(client);
    let routes = match staff {
        Staff::Tenants(employees, key_store) => {
            routes(Directory { employees, key_store: Some(key_store), demo, keys, is_demo })
        }
        Staff::OneKey(employees) => routes(Directory { employees, key_store: None, demo, keys, is_demo }),
    };
    // A health check uses the address instead of the name, and must not wait behind other requests.
    limits::limit(origin::guard(routes, hosts), Router::new().route("/health", get(health)))
}

fn routes<E: Record>(directory: Directory<E>) -> Router {
    let is_demo = directory.is_demo;
    let companies = company::routes::<E>(is_demo)
        .nest("/{company}/employees", api::routes::<E>().merge(demo::routes(is_demo)))
        .route_layer(from_fn_with_state(directory.clone(), company::explain::<E>));
    Router::new()
        .merge(page::routes())
        .nest("/companies", companies)
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::no_such_method)
        .with_state(directory)
}

/// Reports that the service is alive. The store has its own monitoring, so that an outage there does not restart this
/// service.
async fn health() -> &'static str {
    "ok"
}
