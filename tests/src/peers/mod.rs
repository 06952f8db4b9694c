//! The real Python and Java clients, each in its own process.
//!
//! `tests/peers/README.md` describes the protocol.

mod dbesdk;
mod dynamodb;
mod error;
mod kms;
#[cfg(feature = "aws-lc")]
mod kms_double;
mod prepare;
mod process;
mod table;

use std::process::Command;
use std::time::Duration;

use dynaseal::Item;
use serde::Deserialize as _;
use serde_json::{Value, json};

pub use dbesdk::DbesdkPeer;
pub use dynamodb::Dynamodb;
pub use error::{ClientError, PeerError};
pub use kms::Kms;
#[cfg(feature = "aws-lc")]
pub use kms_double::KmsDouble;
pub use table::Table;

use crate::dynamodb_json::{item_from_json, item_to_json};
use crate::fixtures::Client;
use crate::setup::Setup;
use prepare::Tools;
use process::Process;

/// The time limit for one response, so that a hanging peer fails the test instead of blocking it.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// Items per request: enough to make the overhead of the exchange negligible, and few enough that each response is
/// quick.
const BATCH: usize = 250;

/// A client that encrypts and decrypts on request.
#[derive(Debug)]
pub struct Peer {
    process: Process,
}

/// A prepared service, or the reason why a test skips it.
#[derive(Debug)]
pub enum Prepared<T> {
    /// The service is ready.
    Ready(T),
    /// The program that is missing on this machine.
    Skip(String),
}

/// The time that a client takes for one item, in microseconds.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Measured {
    /// The time to encrypt and sign it.
    pub encrypt: f64,
    /// The time to verify and decrypt it.
    pub decrypt: f64,
}

/// The result for one item: the item or the error of the client.
pub type Outcome = Result<Item, ClientError>;

impl<T> Prepared<T> {
    /// Returns the service, or prints why it is skipped. The message bypasses the test runner, which would capture it.
    pub fn or_skip(self) -> Option<T> {
        match self {
            Self::Ready(ready) => Some(ready),
            Self::Skip(reason) => {
                prepare::say(&format!("skipped: {reason}"));
                None
            }
        }
    }
}

impl Peer {
    /// Starts the client of PyPI's `dynamodb-encryption-sdk`. The first call on a machine installs it under `target/`.
    ///
    /// # Errors
    /// Fails if it cannot be installed or started; in CI also if `python3` is missing.
    pub fn python() -> Result<Prepared<Self>, PeerError> {
        let command = prepare::python(&Tools::of_this_machine(), &prepare::PYTHON);
        prepared(in_ci(), command, |command| Self::start("Python", command, ANSWER_WITHIN))
    }

    /// Starts the client of Maven's `aws-dynamodb-encryption-java`. The first call on a machine builds it under
    /// `target/`.
    ///
    /// # Errors
    /// Fails if it cannot be built or started; in CI also if `java` or `mvn` is missing.
    pub fn java() -> Result<Prepared<Self>, PeerError> {
        let command = prepare::java(&Tools::of_this_machine(), &prepare::JAVA);
        prepared(in_ci(), command, |command| Self::start("Java", command, ANSWER_WITHIN))
    }

    /// Starts another program that implements the protocol.
    ///
    /// # Errors
    /// Fails if it cannot be started.
    pub fn start(name: &'static str, command: &mut Command, respond_within: Duration) -> Result<Self, PeerError> {
        Ok(Self { process: Process::start(name, command, respond_within)? })
    }

    /// Sets the time limit for one response.
    #[must_use]
    pub fn respond_within(mut self, limit: Duration) -> Self {
        self.process.respond_within = limit;
        self
    }

    /// Returns the name and version of the client.
    ///
    /// # Errors
    /// Fails if the peer violates the protocol.
    pub fn describe(&mut self) -> Result<Client, PeerError> {
        let response = self.process.ask(&json!({ "operation": "describe" }))?;
        serde_json::from_value(response).map_err(|error| self.process.nonsense(&error.to_string()))
    }

    /// Lets the client encrypt items.
    ///
    /// # Errors
    /// Fails if the peer violates the protocol or rejects the setup. Errors about an item are in its result.
    pub fn encrypt(&mut self, setup: &Setup, items: &[Item]) -> Result<Vec<Outcome>, PeerError> {
        self.each("encrypt", setup, items)
    }

    /// Lets the client verify and decrypt items.
    ///
    /// # Errors
    /// Fails like [`encrypt`](Self::encrypt).
    pub fn decrypt(&mut self, setup: &Setup, items: &[Item]) -> Result<Vec<Outcome>, PeerError> {
        self.each("decrypt", setup, items)
    }

    /// Lets the client encrypt and decrypt one item repeatedly, for the given time each.
    ///
    /// # Errors
    /// Fails if the peer violates the protocol, or cannot encrypt or decrypt the item.
    pub fn measure(&mut self, setup: &Setup, item: &Item, time: Duration) -> Result<Measured, PeerError> {
        let seconds = time.as_secs_f64();
        let request =
            json!({ "operation": "measure", "setup": setup, "items": [item_to_json(item)], "seconds": seconds });
        let response = self.process.ask(&request)?;
        Measured::deserialize(&response).map_err(|_| self.process.nonsense(&response.to_string()))
    }

    fn each(&mut self, operation: &str, setup: &Setup, items: &[Item]) -> Result<Vec<Outcome>, PeerError> {
        let mut outcomes = Vec::with_capacity(items.len());
        for batch in items.chunks(BATCH) {
            let items: Vec<Value> = batch.iter().map(item_to_json).collect();
            let request = json!({ "operation": operation, "setup": setup, "items": items });
            outcomes.extend(self.results(&request, Some(batch.len()), |item| item_from_json(item).ok())?);
        }
        Ok(outcomes)
    }

    /// Sends a request and parses its response, which must have the expected number of results.
    fn results<T>(
        &mut self,
        request: &Value,
        expected: Option<usize>,
        parse: fn(&Value) -> Option<T>,
    ) -> Result<Vec<Result<T, ClientError>>, PeerError> {
        let response = self.process.ask(request)?;
        if let Some(error) = response.get("error") {
            return Err(match ClientError::from_json(error) {
                Some(error) => PeerError::Rejected(error),
                None => self.process.nonsense(&response.to_string()),
            });
        }
        let results = response.get("results").and_then(Value::as_array);
        let results = results.filter(|results| expected.is_none_or(|expected| results.len() == expected));
        let parsed = results.and_then(|results| results.iter().map(|result| self::result(result, parse)).collect());
        parsed.ok_or_else(|| self.process.nonsense(&response.to_string()))
    }
}

fn prepared<T>(
    in_ci: bool,
    command: Result<Command, PeerError>,
    start: impl FnOnce(&mut Command) -> Result<T, PeerError>,
) -> Result<Prepared<T>, PeerError> {
    match command {
        Ok(mut command) => start(&mut command).map(Prepared::Ready),
        Err(PeerError::Missing(reason)) if !in_ci => Ok(Prepared::Skip(reason)),
        Err(error) => Err(error),
    }
}

/// Returns true if no test may be skipped.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}

fn result<T>(result: &Value, parse: fn(&Value) -> Option<T>) -> Option<Result<T, ClientError>> {
    match (result.get("item"), result.get("error")) {
        (Some(item), None) => parse(item).map(Ok),
        (None, Some(error)) => ClientError::from_json(error).map(Err),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_skips_the_test_except_in_ci() {
        let missing = || Err(PeerError::Missing("no java".to_owned()));
        let start = |_: &mut Command| Ok(());
        assert!(matches!(prepared(false, missing(), start), Ok(Prepared::Skip(reason)) if reason == "no java"));
        let error = prepared(true, missing(), start).unwrap_err();
        assert_eq!(error.to_string(), "no java");
    }
}
