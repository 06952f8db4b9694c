//! The provider of a setup.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::ItemEncryptor;
use dynaseal::format::Ddbec;
#[cfg(feature = "peers")]
use dynaseal::materials::{AesKeySize, DirectKmsProvider};
use dynaseal::materials::{MetaStore, MostRecentProvider, StaticProvider, WrappedProvider};

use super::{BoxError, keys};
use crate::setup::{Endpoint, Provider};

type Description = BTreeMap<String, String>;

/// Returns true if this build has the features that the keys of the provider need.
pub(super) fn is_supported(provider: &Provider) -> bool {
    match provider {
        Provider::Static { encryption_key, signing_key, .. } => {
            encryption_key.iter().chain([signing_key]).all(keys::is_supported)
        }
        Provider::Wrapped { wrapping_key, signing_key, .. } => {
            [wrapping_key, signing_key].into_iter().all(keys::is_supported)
        }
        Provider::Kms { .. } => cfg!(feature = "peers"),
        Provider::MostRecent { store_provider, .. } => is_supported(store_provider),
    }
}

pub(super) fn format(provider: &Provider, dynamodb: Option<&Client>) -> Result<Ddbec, BoxError> {
    match provider {
        Provider::Static { encryption_key: Some(key), signing_key, .. } => {
            Ok(Ddbec::new(StaticProvider::new(keys::aes(key)?, keys::signing(signing_key)?)))
        }
        Provider::Static { encryption_key: None, signing_key, .. } => {
            Ok(Ddbec::new(StaticProvider::sign_only(keys::signing(signing_key)?)))
        }
        Provider::Wrapped { wrapping_key, signing_key, material_description } => {
            let transformation = material_description.get("amzn-ddb-wrap-alg").map(String::as_str);
            let wrapping_key = keys::wrapping(wrapping_key, transformation)?;
            Ok(Ddbec::new(WrappedProvider::new(wrapping_key, keys::signing(signing_key)?)))
        }
        Provider::Kms { key_id, endpoint, material_description } => kms(key_id, endpoint, material_description),
        Provider::MostRecent { material_name, store_table, store_provider, ttl_seconds, endpoint } => {
            let client = dynamodb.cloned().map_or_else(|| dynamodb_at(endpoint), Ok)?;
            let store = MetaStore::new(client, store_table, ItemEncryptor::new(format(store_provider, dynamodb)?));
            let ttl = Duration::try_from_secs_f64(*ttl_seconds)?;
            Ok(Ddbec::new(MostRecentProvider::new(store, material_name, ttl)?))
        }
    }
}

#[cfg(feature = "peers")]
fn kms(key_id: &str, endpoint: &Endpoint, description: &Description) -> Result<Ddbec, BoxError> {
    let mut provider = DirectKmsProvider::new(super::services::kms_client(endpoint), key_id);
    if let Some(algorithm) = description.get("amzn-ddb-env-alg") {
        provider = provider.content_key(match algorithm.as_str() {
            "AES/128" => AesKeySize::Aes128,
            "AES/192" => AesKeySize::Aes192,
            "AES/256" => AesKeySize::Aes256,
            _ => return Err(format!("dynaseal has no content keys of {algorithm}").into()),
        });
    }
    if let Some(algorithm) = description.get("amzn-ddb-sig-alg") {
        let name = algorithm.split('/').next().unwrap_or_default();
        let known = keys::hmac_algorithm(name).ok_or_else(|| format!("dynaseal has no signing keys of {algorithm}"))?;
        provider = provider.signing_key(known);
    }
    Ok(Ddbec::new(provider))
}

#[cfg(not(feature = "peers"))]
fn kms(_: &str, _: &Endpoint, _: &Description) -> Result<Ddbec, BoxError> {
    Err("these tests were built without the feature peers".into())
}

#[cfg(feature = "peers")]
fn dynamodb_at(endpoint: &Endpoint) -> Result<Client, BoxError> {
    Ok(super::services::dynamodb_client(endpoint))
}

#[cfg(not(feature = "peers"))]
fn dynamodb_at(_: &Endpoint) -> Result<Client, BoxError> {
    Err("without the feature peers, there is no DynamoDB but the one that is handed over".into())
}
