//! Requests per second and tail latency of the service with encryption, and of the same service without, in one run on
//! loopback: `cargo bench -p dynaseal-web --bench load`.
//!
//! The two services alternate round by round, so that other load on the machine affects both. A third of the requests
//! are updates.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on has nothing to report")]

mod plain;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use dynaseal::Repository;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal_web::{OneKeyEmployee, Service, Staff, router};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const ROUNDS: usize = 6;
const CLIENTS: usize = 16;
/// The duration of a round, so that the whole run takes half a minute on any machine.
const ROUND: Duration = Duration::from_secs(2);
/// Every third request changes the employee.
const CHANGE_EVERY: usize = 3;

type Http = Client<HttpConnector, Body>;

#[tokio::main]
async fn main() {
    let encrypted = serve(router(service().await)).await;
    let plain = serve(plain::router(Database::in_memory().unwrap().client()).await).await;

    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let (mut ours, mut theirs) = (Series::default(), Series::default());
    for address in [encrypted, plain] {
        add_employees(&http, address).await;
        run(&http, address).await; // warms up
    }
    for _ in 0..ROUNDS {
        theirs.add(run(&http, plain).await);
        ours.add(run(&http, encrypted).await);
    }
    println!("{CLIENTS} clients, {ROUNDS} alternating rounds of {ROUND:?}, embedded stores in memory");
    println!("{:12}{:>12}{:>12}{:>12}{:>12}", "", "requests/s", "p50", "p99", "p99.9");
    theirs.print("plain");
    ours.print("encrypted");
    println!("{:12}{:>12.2}", "ratio", ours.rate() / theirs.rate());
}

/// The measurements of several rounds.
#[derive(Default)]
struct Series {
    latencies: Vec<Duration>,
    elapsed: Duration,
}

impl Series {
    fn add(&mut self, (latencies, elapsed): (Vec<Duration>, Duration)) {
        self.latencies.extend(latencies);
        self.latencies.sort_unstable();
        self.elapsed += elapsed;
    }

    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    fn print(&self, name: &str) {
        let at = |share: f64| self.latencies[((self.latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let (p50, p99, p999) = (at(0.5), at(0.99), at(0.999));
        println!("{name:12}{:>12.0}{p50:>9.2} ms{p99:>9.2} ms{p999:>9.2} ms", self.rate());
    }
}

/// The store is in memory, so that disk access does not hide the cost of encryption.
async fn service() -> Service {
    let client = Database::in_memory().unwrap().client();
    let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let employees: Repository<OneKeyEmployee> =
        Repository::builder(client.clone()).table("staff").materials(keys).build();
    employees.create_table().await.unwrap();
    Service { staff: Staff::OneKey(employees), client, keys: "file", is_demo: false, hosts: Vec::new() }
}

async fn serve(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, routes).into_future());
    address
}

async fn add_employees(http: &Http, address: SocketAddr) {
    for number in 0..CLIENTS {
        let body = format!(
            r#"{{"employee_id":"load-{number}","name":"Person {number}","salary":1,"department":"D","notes":"{}"}}"#,
            "n".repeat(200)
        );
        let (status, _) =
            send(http, Method::POST, format!("http://{address}/companies/acme/employees"), None, body).await;
        assert_eq!(status, StatusCode::CREATED);
    }
}

/// Runs all clients concurrently, each with its own employee.
async fn run(http: &Http, address: SocketAddr) -> (Vec<Duration>, Duration) {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..CLIENTS {
        let url = format!("http://{address}/companies/acme/employees/load-{number}");
        tasks.spawn(client(http.clone(), url.into()));
    }
    let latencies = tasks.join_all().await.concat();
    (latencies, start.elapsed())
}

async fn client(http: Http, url: Arc<str>) -> Vec<Duration> {
    let (mut latencies, mut etag) = (Vec::new(), None);
    let end = Instant::now() + ROUND;
    for request in 0_usize.. {
        let start = Instant::now();
        if start >= end {
            break;
        }
        let (status, tag) = if request % CHANGE_EVERY == CHANGE_EVERY - 1 {
            let body =
                format!(r#"{{"name":"Person","salary":{request},"department":"D","notes":"{}"}}"#, "n".repeat(200));
            send(&http, Method::PUT, url.to_string(), etag.as_deref(), body).await
        } else {
            send(&http, Method::GET, url.to_string(), None, String::new()).await
        };
        latencies.push(start.elapsed());
        assert_eq!(status, StatusCode::OK);
        etag = tag;
    }
    latencies
}

async fn send(
    http: &Http,
    method: Method,
    url: String,
    etag: Option<&str>,
    body: String,
) -> (StatusCode, Option<String>) {
    let request = Request::builder().method(method).uri(url).header("content-type", "application/json");
    let request = etag.into_iter().fold(request, |request, etag| request.header("if-match", etag));
    let response = http.request(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (status, etag) =
        (response.status(), response.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned()));
    response.into_body().collect().await.unwrap();
    (status, etag)
}
