//! A staff directory as a web service: REST on encrypted DynamoDB items, and a page that shows the stored items.
//!
//! | file | what it is |
//! |---|---|
//! | `employee.rs` | the entity: what is stored, and what protects it |
//! | `dto.rs` | what clients send and get |
//! | `api.rs` | create, read, list, update and delete |
//! | `error.rs` | each kind of failure as an HTTP status |
//! | `limits.rs` | size, time and number of requests |
//! | `origin.rs` | other sites, and other names that point here |
//! | `serve.rs` | the number of connections, and silent ones |
//! | `demo.rs` | the stored item beside the readable one, and tampering with it |
//! | `page.rs` | the page itself |
//! | `settings.rs` | the embedded store and a key file, or DynamoDB and KMS |

#![forbid(unsafe_code)]

mod api;
mod demo;
mod dto;
mod employee;
mod error;
mod limits;
mod origin;
mod page;
mod serve;
mod settings;

use axum::Router;
use axum::routing::get;
use dynaseal::Repository;

pub use employee::Employee;
pub use serve::{MOST_CONNECTIONS, serve};
pub use settings::{Service, Settings, StoredFormat};

/// The state of every handler. Clones share the repository.
#[derive(Clone, Debug)]
pub struct Directory {
    employees: Repository<Employee>,
    demo: demo::Demo,
}

/// All routes of the service.
pub fn router(service: Service) -> Router {
    let Service { employees, client, may_tamper, hosts } = service;
    let directory = Directory { demo: demo::Demo::new(client, may_tamper), employees };
    let routes = Router::new()
        .merge(page::routes())
        .nest("/companies/{company}/employees", api::routes().merge(demo::routes(may_tamper)))
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::no_such_method)
        .with_state(directory);
    // A health check uses the address instead of the name, and must not wait behind other requests.
    limits::limit(origin::guard(routes, hosts), Router::new().route("/health", get(health)))
}

/// Reports that the service is alive. The store has its own monitoring, so that an outage there does not restart this
/// service.
async fn health() -> &'static str {
    "ok"
}
