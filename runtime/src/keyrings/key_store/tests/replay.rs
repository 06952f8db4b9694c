//! AWS services that compare each call with a recorded one, and send the recorded response.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;
use serde_json::Value;

use super::service::Service;

/// A recorded call.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Call {
    pub(super) target: String,
    pub(super) region: String,
    pub(super) request: Value,
    pub(super) status: u16,
    pub(super) response: Value,
}

/// The expected calls, and the mapping from random values and times to those of the recording. Clones share their
/// state.
#[derive(Clone, Debug, Default)]
pub(super) struct Replay(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    expected: VecDeque<Call>,
    /// Maps our values to the recorded ones.
    values: HashMap<String, String>,
    problems: Vec<String>,
}

impl Replay {
    pub(super) fn expect(&self, calls: impl IntoIterator<Item = Call>) {
        self.0.lock().unwrap().expected = calls.into_iter().collect();
    }

    /// Fails if a call differed or is missing.
    pub(super) fn finish(&self, what: &str) {
        let inner = &mut *self.0.lock().unwrap();
        let problems = std::mem::take(&mut inner.problems);
        assert!(problems.is_empty(), "{what}:\n{}", problems.join("\n"));
        assert!(inner.expected.is_empty(), "{what}: {} calls were not made", inner.expected.len());
        inner.values.clear();
    }

    pub(super) fn service(&self) -> Service {
        Service::new(self.clone())
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = &mut *self.0.lock().unwrap();
        let (status, body) = inner.respond(&request);
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl Inner {
    fn respond(&mut self, request: &HttpRequest) -> (u16, Value) {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let authorization = request.headers().get("authorization").unwrap_or_default().to_owned();
        let ours: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let Some(expected) = self.expected.pop_front() else {
            self.problems.push(format!("one call too many: {target} {ours}"));
            return (500, Value::Null);
        };
        let is_its_region = authorization.contains(&format!("/{}/", expected.region));
        if target != expected.target || !(is_its_region || target.starts_with("DynamoDB")) {
            self.problems.push(format!("{target} instead of {} in {}", expected.target, expected.region));
        }
        self.compare("", &ours, &expected.request);
        (expected.status, expected.response)
    }

    fn compare(&mut self, path: &str, ours: &Value, recorded: &Value) {
        match (ours, recorded) {
            (Value::Object(a), Value::Object(b)) => {
                for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
                    let null = Value::Null;
                    let (a, b) = (a.get(name).unwrap_or(&null), b.get(name).unwrap_or(&null));
                    self.compare(&format!("{path}/{name}"), a, b);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    self.compare(&format!("{path}/{index}"), a, b);
                }
            }
            (Value::String(a), Value::String(b)) if self.are_equal(a, b) => {}
            (a, b) if a == b => {}
            (a, b) => self.problems.push(format!("{path}: {a} instead of {b}")),
        }
    }

    /// Returns true for random values and times of the same form, if each of ours corresponds to one recorded value.
    fn are_equal(&mut self, ours: &str, recorded: &str) -> bool {
        if ours == recorded {
            return true;
        }
        if form(ours) != form(recorded) || !form(ours).contains('*') {
            return false;
        }
        // A time or UUID can have a prefix, which must be equal.
        let bare = |text: &str| text.strip_prefix("branch:version:").unwrap_or(text).to_owned();
        *self.values.entry(bare(ours)).or_insert_with(|| bare(recorded)) == bare(recorded)
    }
}

/// Returns the text with every digit of a UUID or a time replaced by an asterisk.
fn form(text: &str) -> String {
    let (prefix, rest) = match text.strip_prefix("branch:version:") {
        Some(rest) => ("branch:version:", rest),
        None => ("", text),
    };
    let is_uuid = rest.len() == 36 && rest.chars().all(|c| c == '-' || matches!(c, '0'..='9' | 'a'..='f'));
    let is_time = rest.len() == 27 && rest.ends_with('Z') && rest.starts_with("20");
    if !is_uuid && !is_time {
        return text.to_owned();
    }
    let stars = rest.chars().map(|c| if c.is_ascii_hexdigit() { '*' } else { c });
    prefix.chars().chain(stars).collect()
}
