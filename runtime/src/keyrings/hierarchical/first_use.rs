//! Branch keys that are created on first use.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind, Result};
use crate::keyrings::key_store::branch_key::BranchKey;
use crate::keyrings::key_store::{KeyStore, NewBranchKey};

/// The number of attempts to read a branch key that another process is creating.
const ATTEMPTS: u32 = 5;

/// The pause before the second attempt; it doubles each time.
const PAUSE: Duration = Duration::from_millis(20);

/// The branch keys that may be created, and their encryption context.
#[derive(Clone)]
pub(super) struct FirstUse {
    admits: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    context: BTreeMap<String, String>,
}

impl FirstUse {
    #[inline]
    pub(super) fn new<K: Into<String>, V: Into<String>>(
        admits: impl Fn(&str) -> bool + Send + Sync + 'static,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let context = context.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self { admits: Arc::new(admits), context }
    }

    /// Creates the missing branch key, unless another process was faster, and returns it.
    #[inline]
    pub(super) async fn create(&self, key_store: &KeyStore, id: &str, absence: Error) -> Result<BranchKey> {
        if !(self.admits)(id) {
            return Err(absence.after("`on_first_use` does not admit this identifier, so it was not created"));
        }
        // The transaction would detect it, too, but only after KMS had generated three keys in vain.
        if key_store.is_shredded(id).await? {
            return Err(absence.after("it was shredded, and its identifier can never be used again"));
        }
        let new = self.context.iter().fold(NewBranchKey::with_id(id), |new, (key, value)| new.context(key, value));
        match key_store.create_branch_key(new).await {
            Ok(_) => key_store.active(id).await,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => key_store.active(id).await,
            Err(error) if error.kind() == ErrorKind::Conflict => wait_for(key_store, id, error).await,
            Err(error) => Err(error),
        }
    }
}

/// Another process creates the branch key in a transaction, which either succeeds soon or fails.
#[inline]
async fn wait_for(key_store: &KeyStore, id: &str, conflict: Error) -> Result<BranchKey> {
    for attempt in 0..ATTEMPTS {
        match key_store.active(id).await {
            Err(error) if error.is_absence() => {}
            outcome => return outcome,
        }
        if Handle::try_current().is_ok() {
            tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
        }
    }
    Err(conflict)
}
