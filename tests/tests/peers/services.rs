//! Providers that ask a service for keys. dynaseal does not know them yet; the peers at least read each other's items.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use dynaseal_tests::peers::{Dynamodb, Kms, Peer};
use dynaseal_tests::random_items::{Options, Schema, seeded_generator};
use dynaseal_tests::setup::Provider;
use dynaseal_tests::setups;
use tokio::runtime::Builder;

use super::clients::{Result, wrapped_provider};
use super::matrix::{JAVA_TO_PYTHON, Matrix, PYTHON_TO_JAVA, exchange_between_peers};

/// Each of them is a request to KMS.
const ITEMS: usize = 30;

#[test]
fn keys_from_kms() -> Result<()> {
    let Some(kms) = Kms::start()?.or_skip() else { return Ok(()) };
    let provider = |algorithms: &[(&str, &str)]| Provider::Kms {
        key_id: kms.key_arn().to_owned(),
        endpoint: kms.endpoint(),
        material_description: description(algorithms),
    };
    exchange(&[
        ("KMS, AES-256, HmacSHA256", provider(&[])),
        (
            "KMS, AES-128, HmacSHA512",
            provider(&[("amzn-ddb-env-alg", "AES/128"), ("amzn-ddb-sig-alg", "HmacSHA512/512")]),
        ),
    ])
}

#[test]
fn keys_from_a_store() -> Result<()> {
    let dynamodb = Dynamodb::start()?;
    create_store(&dynamodb)?;
    // Whoever encrypts first creates the key, and the other finds it.
    let provider = Provider::MostRecent {
        material_name: "employees".to_owned(),
        store_table: "keys".to_owned(),
        store_provider: Box::new(wrapped_provider()),
        ttl_seconds: 60.0,
        endpoint: dynamodb.endpoint(),
    };
    exchange(&[("most recent of a store", provider)])
}

fn exchange(rows: &[(&str, Provider)]) -> Result<()> {
    let (Some(mut python), Some(mut java)) = (Peer::python()?.or_skip(), Peer::java()?.or_skip()) else {
        return Ok(());
    };
    let mut rng = seeded_generator()?;
    let mut matrix = Matrix::new("items read / written between peers", &[PYTHON_TO_JAVA, JAVA_TO_PYTHON]);
    for (name, provider) in rows {
        let schema = Schema::random(Options::COMMON, &mut rng);
        let setup = setups::setup(provider.clone(), schema.actions.clone());
        let items: Vec<_> = (0..ITEMS).map(|_| schema.item(&mut rng)).collect();
        matrix.row(name);
        exchange_between_peers(&mut matrix, &mut python, &mut java, &setup, &items)?;
    }
    matrix.finish()
}

fn description(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn create_store(dynamodb: &Dynamodb) -> Result<()> {
    let mut request = dynamodb.client().create_table().table_name("keys").billing_mode(BillingMode::PayPerRequest);
    for (name, key, attribute) in
        [("N", KeyType::Hash, ScalarAttributeType::S), ("V", KeyType::Range, ScalarAttributeType::N)]
    {
        request = request
            .key_schema(KeySchemaElement::builder().attribute_name(name).key_type(key).build()?)
            .attribute_definitions(
                AttributeDefinition::builder().attribute_name(name).attribute_type(attribute).build()?,
            );
    }
    Builder::new_current_thread().enable_all().build()?.block_on(request.send())?;
    Ok(())
}
