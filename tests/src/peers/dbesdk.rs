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
        self.send(request, &json!({ "id": 1, "op": "keystore", "keyStore": key_store }))
    }

    /// Lets the client write an item to a table, with its beacons. `table` has the `config`, the `search` and the
    /// `endpoint`.
    ///
    /// # Errors
    /// Fails like [`encrypt`](Self::encrypt).
    pub fn put(&mut self, table: &Value, item: &Item) -> Result<Result<(), String>, PeerError> {
        let answer = self.send(table, &json!({ "id": 1, "op": "put", "item": item_to_json(item) }))?;
        Ok(answer.map(drop))
    }

    /// Lets the client query or scan a table by its beacons. `request` has the `op`, the `expression` and its names and
    /// values.
    ///
    /// # Errors
    /// Fails like [`encrypt`](Self::encrypt).
    pub fn find(&mut self, table: &Value, request: &Value) -> Result<Result<Vec<Item>, String>, PeerError> {
        let answer = match self.send(table, request)? {
            Ok(answer) => answer,
            Err(message) => return Ok(Err(message)),
        };
        let items: Result<Vec<Item>, _> =
            answer.get("items").and_then(Value::as_array).into_iter().flatten().map(item_from_json).collect();
        items.map(Ok).map_err(|error| self.process.nonsense(&format!("{error:?}")))
    }

    /// Sends the fields of both objects as one request.
    fn send(&mut self, fields: &Value, request: &Value) -> Result<Result<Value, String>, PeerError> {
        let fields = [fields, request].into_iter().filter_map(Value::as_object).flatten();
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
