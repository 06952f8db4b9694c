//! The Java client of the AWS Database Encryption SDK.

use dynaseal::Item;
use serde_json::{Map, Value, json};

use super::prepare::{self, Tools};
use super::process::Process;
use super::{ANSWER_WITHIN, PeerError, Prepared, in_ci, prepared};
use crate::dynamodb_json::{item_from_json, item_to_json};

/// A process with the client, which encrypts and decrypts on request. `tests/peers/README.md` describes the JSON
/// configuration.
#[derive(Debug)]
pub struct DbesdkPeer {
    process: Process,
}

impl DbesdkPeer {
    /// Starts the client of Maven's `aws-database-encryption-sdk-dynamodb`. The first call on a machine builds it under
    /// `target/`.
    ///
    /// # Errors
    /// Fails if it cannot be built or started; in CI also if `java` or `mvn` is missing.
    pub fn start() -> Result<Prepared<Self>, PeerError> {
        let command = prepare::java(&Tools::of_this_machine(), &prepare::DBESDK);
        prepared(in_ci(), command, |command| Ok(Self { process: Process::start("DB-ESDK", command, ANSWER_WITHIN)? }))
    }

    /// Lets the client encrypt an item. The inner error is the message of the client when it rejects the item.
    ///
    /// # Errors
    /// Fails if the peer violates the protocol.
    pub fn encrypt(&mut self, config: &Value, item: &Item) -> Result<Result<Item, String>, PeerError> {
        self.ask("encrypt", config, item)
    }

    /// Lets the client verify and decrypt an item.
    ///
    /// # Errors
    /// Fails like [`encrypt`](Self::encrypt).
    pub fn decrypt(&mut self, config: &Value, item: &Item) -> Result<Result<Item, String>, PeerError> {
        self.ask("decrypt", config, item)
    }

    /// Lets the client use a key store, configured as in a hierarchical keyring. `request` has the `call` and its
    /// fields. The inner error is the message of the client when it rejects the call.
    ///
    /// # Errors
    /// Fails like [`encrypt`](Self::encrypt).
    pub fn key_store(&mut self, key_store: &Value, request: &Value) -> Result<Result<Value, String>, PeerError> {
        let own = json!({ "id": 1, "op": "keystore", "keyStore": key_store });
        let fields = [request, &own].into_iter().filter_map(Value::as_object).flatten();
        let request: Map<String, Value> = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        let answer = self.process.ask(&Value::Object(request))?;
        if answer.get("ok") == Some(&Value::Bool(true)) {
            return Ok(Ok(answer));
        }
        Ok(Err(answer.get("error").and_then(Value::as_str).unwrap_or_default().to_owned()))
    }

    fn ask(&mut self, operation: &str, config: &Value, item: &Item) -> Result<Result<Item, String>, PeerError> {
        let request = json!({ "id": 1, "op": operation, "config": config, "item": item_to_json(item) });
        let answer = self.process.ask(&request)?;
        if answer.get("ok") != Some(&Value::Bool(true)) {
            return Ok(Err(answer.get("error").and_then(Value::as_str).unwrap_or_default().to_owned()));
        }
        item_from_json(answer.get("item").unwrap_or(&Value::Null))
            .map(Ok)
            .map_err(|error| self.process.nonsense(&format!("{error:?}")))
    }
}
