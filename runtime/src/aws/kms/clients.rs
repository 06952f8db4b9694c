//! A client for every Region.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::Region;

use crate::aws::transit::AllowedHost;
use crate::aws::transit::RequireHttps;

/// The clients that were given, and those derived from the first one for other Regions.
#[derive(Clone)]
pub(crate) struct RegionalClients {
    home: Client,
    given: HashMap<String, Client>,
    allowed_hosts: Vec<AllowedHost>,
    /// The clients used so far, each behind the guard that rejects plain HTTP.
    guarded: Arc<Mutex<HashMap<String, Client>>>,
}

impl RegionalClients {
    pub(crate) fn new(home: Client) -> Self {
        Self { home, given: HashMap::new(), allowed_hosts: Vec::new(), guarded: Arc::default() }
    }

    pub(crate) fn give(&mut self, region: String, client: Client) {
        self.given.insert(region, client);
        self.guarded = Arc::default();
    }

    pub(crate) fn allow_http(&mut self, host: AllowedHost) {
        self.allowed_hosts.push(host);
        self.guarded = Arc::default();
    }

    /// Returns the client for `region` or, without one, for the Region of the provider's client.
    pub(crate) fn client(&self, region: Option<&str>) -> Client {
        let mut guarded = self.guarded.lock().unwrap_or_else(PoisonError::into_inner);
        let name = region.unwrap_or_default();
        if let Some(client) = guarded.get(name) {
            return client.clone();
        }
        let client = self.make(region);
        guarded.insert(name.to_owned(), client.clone());
        client
    }

    fn make(&self, region: Option<&str>) -> Client {
        let source = region.and_then(|region| self.given.get(region));
        let config = source.unwrap_or(&self.home).config();
        let is_default = config.http_client().is_none();
        let mut config = config.to_builder();
        if let (None, Some(region)) = (source, region) {
            config = config.region(Region::new(region.to_owned()));
        }
        Client::from_conf(config.interceptor(RequireHttps::new(self.allowed_hosts.clone(), is_default)).build())
    }
}

impl fmt::Debug for RegionalClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegionalClients").field("given", &self.given.keys()).finish_non_exhaustive()
    }
}
