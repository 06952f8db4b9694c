//! Services that are slow, overloaded, unreachable, or not KMS at all.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::Kms;

/// The current faults.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) latency: Duration,
    pub(super) throttled: usize,
    pub(super) outage: bool,
    reported_key: Option<String>,
    plaintext: Option<Vec<u8>>,
}

impl Kms {
    /// Rejects the next `count` calls with `ThrottlingException`.
    pub fn throttle_next(&self, count: usize) {
        self.lock().faults.throttled = count;
    }

    /// Lets every call take this long. Needs Tokio's time.
    pub fn set_latency(&self, latency: Duration) {
        self.lock().faults.latency = latency;
    }

    /// While true, no call reaches KMS: the connection fails.
    pub fn set_outage(&self, outage: bool) {
        self.lock().faults.outage = outage;
    }

    /// If set, reports that this key was used: a service at a wrong endpoint may do this, and KMS never does.
    pub fn report_key(&self, arn: Option<&str>) {
        self.lock().faults.reported_key = arn.map(str::to_owned);
    }

    /// If set, responds with these bytes in place of every plaintext and shared secret.
    pub fn replace_plaintext(&self, bytes: Option<&[u8]>) {
        self.lock().faults.plaintext = bytes.map(<[u8]>::to_vec);
    }
}

impl Faults {
    /// Changes a response.
    pub(super) fn change(&self, response: &mut Value) {
        let Some(fields) = response.as_object_mut() else { return };
        if let (Some(reported), Some(key)) = (&self.reported_key, fields.get_mut("KeyId")) {
            *key = json!(reported);
        }
        let Some(bytes) = &self.plaintext else { return };
        for name in ["Plaintext", "SharedSecret"] {
            if let Some(plaintext) = fields.get_mut(name) {
                *plaintext = json!(BASE64.encode(bytes));
            }
        }
    }
}
