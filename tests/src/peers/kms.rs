//! A KMS that the peers can reach.

use serde::Deserialize as _;
use serde_json::json;

use super::prepare::{self, Tools};
use super::process::Process;
use super::{ANSWER_WITHIN, PeerError, Prepared, in_ci, prepared};
use crate::setup::Endpoint;

/// AWS KMS as emulated by [moto](https://docs.getmoto.org), with one key. It runs until it is dropped.
#[derive(Debug)]
pub struct Kms {
    described: Described,
    /// Stops the server when it is dropped.
    _process: Process,
}

#[derive(Debug, serde::Deserialize)]
struct Described {
    url: String,
    key_arn: String,
}

impl Kms {
    /// Starts the server. The first call on a machine installs it under `target/`.
    ///
    /// # Errors
    /// Fails if it cannot be installed or started; in CI also if `python3` is missing.
    pub fn start() -> Result<Prepared<Self>, PeerError> {
        let command = prepare::python(&Tools::of_this_machine(), &prepare::KMS);
        prepared(in_ci(), command, |command| {
            let mut process = Process::start("KMS", command, ANSWER_WITHIN)?;
            let response = process.ask(&json!({}))?;
            let described = Described::deserialize(&response).map_err(|error| process.nonsense(&error.to_string()))?;
            Ok(Self { described, _process: process })
        })
    }

    /// Returns its endpoint.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.described.url.clone(), region: "us-east-1".to_owned() }
    }

    /// Returns the ARN of its key.
    pub fn key_arn(&self) -> &str {
        &self.described.key_arn
    }
}
