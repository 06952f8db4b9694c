//! Providers that call services for keys: one KMS and one DynamoDB for all three clients.

use dynaseal::ItemEncryptor;
use dynaseal::materials::{AesKey, HmacKey, MetaStore, WrappedProvider};
use dynaseal_tests::ours::Ours;
use dynaseal_tests::peers::{Dynamodb, Kms, Peer};
use dynaseal_tests::setup::Provider;
use dynaseal_tests::setups::Named;
use tokio::runtime::Builder;

use super::clients::{Result, item, setup, wrapped_provider};

const STORE: &str = "keys";

/// The services, which run until they are dropped.
pub(crate) struct Services {
    dynamodb: Dynamodb,
    kms: Option<Kms>,
}

impl Services {
    pub(crate) fn start() -> Result<Self> {
        let dynamodb = Dynamodb::start()?;
        // The table does not depend on the provider of the records.
        let records = ItemEncryptor::new(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?));
        let store = MetaStore::new(dynamodb.client(), STORE, records);
        Builder::new_current_thread().enable_all().build()?.block_on(store.create_table())?;
        Ok(Self { dynamodb, kms: Kms::start()?.or_skip() })
    }

    /// Returns every provider that needs these services. Each available client creates the first version of a material
    /// in the store, which the others then have to use.
    pub(crate) fn providers(&self, python: Option<&mut Peer>, java: Option<&mut Peer>) -> Result<Vec<Named>> {
        let mut providers = Vec::new();
        if let Some(kms) = &self.kms {
            let (aes_128, hmac_512) = (("amzn-ddb-env-alg", "AES/128"), ("amzn-ddb-sig-alg", "HmacSHA512/512"));
            providers.push(named("KMS, AES-256, HmacSHA256", key_in_kms(kms, &[])));
            providers.push(named("KMS, AES-128, HmacSHA512", key_in_kms(kms, &[aes_128, hmac_512])));
            let provider = self.most_recent("behind KMS", key_in_kms(kms, &[]));
            providers.push(first_written_by_ours("most recent, store protected by KMS", provider)?);
        }
        let provider = self.most_recent("of dynaseal", wrapped_provider());
        providers.push(first_written_by_ours("most recent, version made by dynaseal", provider)?);
        for (client, peer) in [("Python", python), ("Java", java)] {
            let Some(peer) = peer else { continue };
            let provider = self.most_recent(&format!("of {client}"), wrapped_provider());
            peer.encrypt(&setup(provider.clone(), &[]), &[item(&[])])?.remove(0)?;
            providers.push(named(&format!("most recent, version made by {client}"), provider));
        }
        Ok(providers)
    }

    fn most_recent(&self, material_name: &str, store_provider: Provider) -> Provider {
        Provider::MostRecent {
            material_name: material_name.to_owned(),
            store_table: STORE.to_owned(),
            store_provider: Box::new(store_provider),
            ttl_seconds: 600.0,
            endpoint: self.dynamodb.endpoint(),
        }
    }
}

fn first_written_by_ours(name: &str, provider: Provider) -> Result<Named> {
    Ours::new(&setup(provider.clone(), &[]))?.encrypt(&[item(&[])]).remove(0)?;
    Ok(named(name, provider))
}

fn key_in_kms(kms: &Kms, algorithms: &[(&str, &str)]) -> Provider {
    let mut provider = Provider::Kms {
        key_id: kms.key_arn().to_owned(),
        endpoint: kms.endpoint(),
        material_description: Default::default(),
    };
    provider.describe(algorithms);
    provider
}

fn named(name: &str, provider: Provider) -> Named {
    Named { name: name.to_owned(), provider, python: true }
}
