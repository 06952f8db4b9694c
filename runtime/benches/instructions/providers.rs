//! The providers whose instructions are counted.

use std::fmt;
use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, HmacAlgorithm, HmacKey,
    MaterialDescription, MaterialsFuture, MaterialsRequest, MostRecentProvider, ProviderStore, StaticProvider,
    VersionProvider, WrappedProvider,
};

use crate::bare::{SIGNING_KEY, WRAPPING_KEY};

/// A provider with its name.
#[derive(Clone)]
pub(crate) struct Provider {
    name: &'static str,
    provider: Arc<dyn CryptographicMaterialsProvider>,
}

impl Provider {
    pub(crate) fn all() -> [Self; 3] {
        let content_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
        let most_recent = MostRecentProvider::new(OneVersion::new(), MATERIAL, Duration::from_secs(3600)).unwrap();
        [
            Self { name: "WrappedProvider", provider: Arc::new(wrapped()) },
            Self { name: "StaticProvider", provider: Arc::new(StaticProvider::new(content_key, signing_key())) },
            Self { name: "MostRecentProvider", provider: Arc::new(most_recent) },
        ]
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }
}

pub(crate) fn wrapped() -> WrappedProvider {
    WrappedProvider::new(AesKey::from_bytes(&WRAPPING_KEY).unwrap(), signing_key())
}

fn signing_key() -> HmacKey {
    HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap()
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl CryptographicMaterialsProvider for Provider {
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        self.provider.encryption_materials(request)
    }

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        self.provider.decryption_materials(request, description)
    }
}

const MATERIAL: &str = "material";

/// A store of one version in memory. From the second item on, only the cache of the provider is used.
#[derive(Debug)]
struct OneVersion(VersionProvider);

impl OneVersion {
    fn new() -> Self {
        let id = MaterialDescription::from_iter([("amzn-ddb-meta-id", format!("{MATERIAL}#0"))]);
        Self(Arc::new(wrapped().description(id).unwrap()))
    }
}

impl ProviderStore for OneVersion {
    fn newest_version<'a>(&'a self, _: &'a str) -> MaterialsFuture<'a, Option<u64>> {
        Box::pin(future::ready(Ok(Some(0))))
    }

    fn provider<'a>(&'a self, _: &'a str, _: u64) -> MaterialsFuture<'a, VersionProvider> {
        Box::pin(future::ready(Ok(self.0.clone())))
    }

    fn provider_or_create<'a>(&'a self, name: &'a str, version: u64) -> MaterialsFuture<'a, VersionProvider> {
        self.provider(name, version)
    }
}

/// Returns the result of a future that never waits, so that no runtime is counted.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the provider waited"),
    }
}
