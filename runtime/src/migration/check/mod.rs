//! Reports which versions can read which items, and what prevents reading or moving them.

mod checker;
mod result;
mod tallies;

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Result;
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::Table;
use crate::table::schema_version::SchemaVersion;

use super::checkpoint::Checkpoint;
use super::journal::Journal;
use super::progress::Pass;
use super::scope::scope_changes;
use super::settings::{Settings, setters};
use super::walk::Walk;

use checker::Checker;

pub use result::{BranchKeyCheck, ItemCheck, LockedOut, Obstacle, Unwritable, VersionCheck};

/// The name of the repository's current version in the report.
const CURRENT: &str = "current";

/// The default number of unreadable items of each version that are examined for obstacles.
const DEFAULT_EXPLAINED: usize = 10;

/// A request that reports how many items each version can read, in which format they are stored, and what prevents moving
/// them to the current version; created by [`Repository::check_items`](crate::Repository::check_items), which has its
/// errors. Writes nothing.
///
/// To find out whether an item can be moved, it is encrypted in the current version, which needs the permission to encrypt
/// and costs as many calls to the key service as writing it. Cached keys are cleared first, so that branch keys that another
/// process versioned are counted as they are; the active version of each branch key is loaded once.
#[derive(Debug)]
#[must_use = "nothing is read until the request is awaited"]
pub struct CheckItems {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    versions: Vec<SchemaVersion>,
    settings: Settings,
    explained: usize,
}

impl CheckItems {
    #[inline]
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            versions: Vec::new(),
            settings: Settings::default(),
            explained: DEFAULT_EXPLAINED,
        }
    }

    /// Adds a version to check, besides the current one and the older versions of the repository.
    #[inline]
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.versions.push(version);
        self
    }

    /// Sets how many unreadable items of each version are examined for obstacles; 10 by default. Each costs about two
    /// decryptions for each of its attributes, of which at most 200 are tried, and no further call to the provider.
    #[inline]
    pub fn explain(mut self, items: usize) -> Self {
        self.explained = items;
        self
    }

    setters!();

    #[inline]
    async fn run(self) -> Result<ItemCheck> {
        let Self { table, discriminator, versions, settings, explained } = self;
        settings.check()?;
        let current = SchemaVersion::new(CURRENT, table.actions.clone()).reader(&table);
        let given = versions.iter().map(|version| Arc::new(version.reader(&table)));
        let readers: Vec<_> =
            std::iter::once(Arc::new(current)).chain(table.older.iter().cloned()).chain(given).collect();
        readers.iter().try_for_each(|version| version.check_protects())?;

        // A cached version would count as active after another process has replaced it.
        table.encryptor.refresh().await?;
        let journal = Journal::in_memory(Checkpoint::new(BTreeMap::new(), settings.numbers()));
        let changes = scope_changes(&table, readers.iter().skip(1));
        let checker = Arc::new(Checker::new(readers, explained));
        let walk = Walk::new(table, discriminator, &settings, Pass::Working { before: 0 }).await;
        let counts = walk.run(checker.clone(), &journal).await?;
        Ok(ItemCheck { other_entities: counts.other_entities, scope_changes: changes, ..checker.result() })
    }
}

impl IntoFuture for CheckItems {
    type Output = Result<ItemCheck>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("check_items");
        Box::pin(span.run(self.run()))
    }
}
