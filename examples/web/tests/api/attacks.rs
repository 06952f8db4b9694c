//! Attempts of a visitor, of another site, and of an attacker who can write to the table.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use dynaseal_web::serve;
use futures_util::stream;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::client::{EMPLOYEES, Web, ada, key};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn requests_of_another_site_are_rejected() {
    let web = Web::new().await;
    let post = async |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [JSON].iter().chain(headers).copied().collect();
        web.send(Method::POST, EMPLOYEES, &headers, ada().to_string()).await
    };
    for foreign in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "http://localhost.evil.example")],
        &[("origin", "http://localhost:9999")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://localhost")],
        &[("host", "staff.example.com"), ("origin", "http://localhost")],
    ] {
        post(foreign).await.assert_problem(StatusCode::FORBIDDEN);
    }
    assert_eq!(web.count().await, 0);
    let own =
        [("host", "staff.example.com"), ("origin", "https://staff.example.com"), ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&own).await.status, StatusCode::CREATED);
    for foreign in [Method::PUT, Method::DELETE] {
        let headers = [JSON, ("origin", "https://evil.example"), ("if-match", "*")];
        let response = web.send(foreign, &format!("{EMPLOYEES}/e-1"), &headers, "{}").await;
        response.assert_problem(StatusCode::FORBIDDEN);
    }
    for path in [&format!("{EMPLOYEES}/e-1/tamper"), "/companies/acme/rotate", "/companies/acme/shred"] {
        let foreign = web.send(Method::POST, path, &[("origin", "null")], "").await;
        foreign.assert_problem(StatusCode::FORBIDDEN);
    }
}

/// A host name that resolves to this machine would make its site the same origin.
#[tokio::test]
async fn a_foreign_host_name_is_rejected() {
    let web = Web::new().await;
    web.add("e-1").await;
    for host in
        ["evil.example", "evil.example:3000", "localhost.evil.example", "staff.example.com.evil.example", "@", ""]
    {
        for path in ["/", EMPLOYEES, &format!("{EMPLOYEES}/e-1")] {
            let response = web.send(Method::GET, path, &[("host", host)], Body::empty()).await;
            response.assert_problem(StatusCode::MISDIRECTED_REQUEST);
        }
    }
    for host in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "[::1]:3000", "staff.example.com"] {
        let response = web.send(Method::GET, EMPLOYEES, &[("host", host)], Body::empty()).await;
        assert_eq!(response.status, StatusCode::OK, "{host}");
    }
    // A load balancer uses the address.
    let alive = web.send(Method::GET, "/health", &[("host", "10.0.0.7")], Body::empty()).await;
    assert_eq!(alive.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_cached() {
    let web = Web::new().await;
    let (path, _) = web.add("e-1").await;
    for path in [EMPLOYEES, &path, &format!("{path}/stored"), &format!("{EMPLOYEES}/nobody"), "/", "/health"] {
        assert_eq!(web.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn paths_that_cannot_be_keys_are_client_errors() {
    let web = Web::new().await;
    let long = "x".repeat(3000);
    for path in [
        format!("{EMPLOYEES}/{long}"),
        format!("{EMPLOYEES}/{long}/stored"),
        format!("/companies/{long}/employees"),
        format!("/companies/{long}/employees/e-1"),
        format!("{EMPLOYEES}/a%20b"),
        format!("/companies/{long}"),
        "/companies//employees".to_owned(),
        "/companies//employees/e-1".to_owned(),
    ] {
        let response = web.get(&path).await;
        assert!(response.status.is_client_error(), "{} for {path}", response.status);
        assert_eq!(response.header("content-type"), "application/problem+json");
    }
    let tampered = web.post(&format!("{EMPLOYEES}/{long}/tamper"), &json!(null)).await;
    tampered.assert_problem(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_damaged_record_hides_no_other_and_can_be_replaced() {
    let web = Web::new().await;
    for id in ["e-1", "e-2", "e-3"] {
        web.add(id).await;
    }
    web.attacker().tamper(key("e-2"), "name").await.unwrap();
    let list = web.get(EMPLOYEES).await.json();
    assert_eq!(list["employees"].as_array().unwrap().len(), 2);
    assert_eq!(list["unreadable"], json!(["e-2"]));
    let first = web.get(&format!("{EMPLOYEES}?limit=2")).await.json();
    let second = web.get(&format!("{EMPLOYEES}?limit=2&cursor={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!((&first["unreadable"], &second["employees"][0]["employee_id"]), (&json!(["e-2"]), &json!("e-3")));

    let damaged = |id: &str| format!("{EMPLOYEES}/{id}?damaged=true");
    web.delete(&damaged("e-1"), "").await.assert_problem(StatusCode::PRECONDITION_FAILED);
    web.delete(&damaged("nobody"), "").await.assert_problem(StatusCode::NOT_FOUND);
    assert_eq!(web.delete(&damaged("e-2"), "").await.status, StatusCode::NO_CONTENT);
    web.add("e-2").await;
    assert_eq!(web.get(EMPLOYEES).await.json()["employees"].as_array().unwrap().len(), 3);
}

/// More clients than the service handles at once begin a body and never end it.
#[tokio::test(start_paused = true)]
async fn slow_bodies_do_not_block_other_clients() {
    let web = Web::new().await;
    let slow = || {
        let body = stream::unfold(true, |is_first| async move {
            if !is_first {
                std::future::pending::<()>().await;
            }
            Some((Ok::<_, Infallible>(Bytes::from_static(b"{")), false))
        });
        web.send(Method::POST, EMPLOYEES, &[JSON], Body::from_stream(body))
    };
    let all = futures_util::future::join_all((0..600).map(|_| slow()));
    let others = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(web.get("/health").await.status, StatusCode::OK);
        assert_eq!(web.post(EMPLOYEES, &ada()).await.status, StatusCode::CREATED);
    };
    let (responses, ()) = tokio::join!(all, others);
    assert!(responses.iter().all(|response| response.status == StatusCode::REQUEST_TIMEOUT));
    assert_eq!(web.count().await, 1);
}

/// Connections that send nothing, or incomplete headers, are closed and make room for others.
#[tokio::test(start_paused = true)]
async fn silent_connections_are_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let web = Web::new().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, web.router(), 2, async move { drop(stopped.await) }));
    let _silent = TcpStream::connect(address).await.unwrap();
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();

    let mut waiting = TcpStream::connect(address).await.unwrap();
    waiting.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut response = String::new();
    waiting.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("ok"), "{response}");
    stop.send(()).unwrap();
    serving.await.unwrap();
}
