//! A failing peer must fail the calling test quickly, with the output of the peer.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use dynaseal::Item;
use dynaseal_tests::peers::{Outcome, Peer, PeerError};
use dynaseal_tests::setup::{Action, Actions, Context, Key, Provider, Setup};

/// Longer than any of the scripts takes, even on a busy machine.
const AMPLE: Duration = Duration::from_secs(120);

/// Lets a shell script encrypt two items in place of a peer.
fn ask(script: &str, patience: Duration) -> Result<Vec<Outcome>, PeerError> {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    let mut peer = Peer::start("scripted", &mut command, patience).unwrap();
    peer.encrypt(&setup(), &[Item::new(), Item::new()])
}

fn setup() -> Setup {
    Setup {
        provider: Provider::Static {
            encryption_key: None,
            signing_key: Key::secret("HmacSHA256", &[0; 32]),
            material_description: BTreeMap::new(),
        },
        actions: Actions { default: Action::SignOnly, overrides: BTreeMap::new() },
        context: Context { table_name: "T".to_owned(), partition_key: "pk".to_owned(), sort_key: None },
    }
}

fn failure(script: &str) -> String {
    ask(script, AMPLE).unwrap_err().to_string()
}

#[test]
fn responses_of_a_peer_are_returned() {
    let script = r#"read request; echo '{"results":[{"item":{"a":{"S":"x"}}},{"error":{"class":"C","message":"m"}}]}'"#;
    let [Ok(item), Err(error)] = &ask(script, AMPLE).unwrap()[..] else { panic!() };
    assert_eq!(item["a"].as_s().unwrap(), "x");
    assert_eq!((error.class.as_str(), error.message.as_str()), ("C", "m"));
}

#[test]
fn a_rejected_request_is_reported() {
    let message =
        failure(r#"read request; echo '{"error":{"class":"C","message":"m","cause":{"class":"D","message":"n"}}}'"#);
    assert_eq!(message, "the client rejected the request: C: m, caused by D: n");
}

#[test]
fn a_crashed_peer_is_reported_with_its_last_output() {
    let message = failure("read request; echo out of memory >&2; exit 3");
    assert!(message.contains("ended without an answer"), "{message}");
    assert!(message.contains("out of memory"), "{message}");
}

#[test]
fn a_peer_that_crashes_at_startup_is_reported() {
    assert!(failure("echo no such module >&2; exit 1").contains("no such module"));
}

#[test]
fn a_hanging_peer_is_stopped() {
    let start = Instant::now();
    let message = ask("echo thinking >&2; exec sleep 1000", Duration::from_secs(5)).unwrap_err().to_string();
    assert!(message.contains("did not answer within 5s"), "{message}");
    assert!(message.contains("thinking"), "{message}");
    assert!(start.elapsed() < AMPLE);
}

#[test]
fn a_peer_that_stops_reading_is_stopped() {
    let mut command = Command::new("sleep");
    let mut peer = Peer::start("scripted", command.arg("1000"), Duration::from_secs(1)).unwrap();
    // More than the buffer of a pipe.
    let item = Item::from([("a".to_owned(), dynaseal::AttributeValue::S("x".repeat(1 << 20)))]);
    let message = peer.encrypt(&setup(), &[item]).unwrap_err().to_string();
    assert!(message.contains("did not answer within 1s"), "{message}");
}

#[test]
fn an_invalid_response_is_an_error() {
    for response in [
        "hello",
        "{}",
        "[]",
        r#"{"results":[]}"#,
        r#"{"results":[{"item":{}}]}"#,
        r#"{"results":[{"item":{}},{}]}"#,
        r#"{"results":[{"item":{}},{"item":{"a":1}}]}"#,
        r#"{"results":[{"item":{}},{"item":{},"error":{"class":"C","message":"m"}}]}"#,
        r#"{"results":[{"item":{}},{"error":"no class"}]}"#,
        r#"{"error":"no class"}"#,
    ] {
        let message = failure(&format!("read request; echo who am I >&2; echo '{response}'"));
        assert!(message.contains("answered nonsense"), "{response}: {message}");
        assert!(message.contains("who am I"), "{response}: {message}");
    }
}

#[test]
fn a_response_that_is_not_text_is_an_error() {
    assert!(failure(r"read request; printf '\377\n'").contains("cannot be read"));
}

#[test]
fn a_failed_peer_accepts_no_more_requests() {
    let mut command = Command::new("sh");
    command.args(["-c", "read request; echo nonsense; echo '{\"results\":[]}'; exec cat"]);
    let mut peer = Peer::start("scripted", &mut command, Duration::from_secs(1)).unwrap();
    peer.encrypt(&setup(), &[Item::new()]).unwrap_err();
    peer.encrypt(&setup(), &[Item::new()]).unwrap_err();
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let mut command = Command::new("./no-such-program");
    let error = Peer::start("scripted", &mut command, Duration::from_secs(1)).unwrap_err();
    assert!(error.to_string().contains("cannot start the scripted peer"), "{error}");
}
