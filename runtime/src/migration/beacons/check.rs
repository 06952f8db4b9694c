//! Compares the beacons of stored items with the expected ones.

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::item::Item;
use crate::migration::checkpoint::Checkpoint;
use crate::migration::journal::Journal;
use crate::migration::progress::Pass;
use crate::migration::report::Outcome;
use crate::migration::settings::{Settings, setters};
use crate::migration::walk::{Visit, Walk};
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::Table;

/// A request that compares the beacons of a table with its items; created by
/// [`Repository::check_beacons`](crate::Repository::check_beacons), which lists its errors. It only reads.
#[derive(Debug)]
#[must_use = "nothing is read until the request is awaited"]
pub struct CheckBeacons {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    settings: Settings,
}

/// The differences between the beacons of a table and its items. An item can be counted more than once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeaconCheck {
    /// Items that were verified.
    pub items: u64,
    /// Items without a beacon, which does not find them.
    pub missing: u64,
    /// Items with a beacon that does not match its value in any partition, and does not find them.
    pub stale: u64,
    /// Items with a beacon that the schema does not have.
    pub unknown: u64,
    /// Items that could not be verified, or are of an older version. Their keys and the reasons are passed to
    /// `on_left`.
    pub unreadable: u64,
    /// Items of other entities in the same table, which are not checked.
    pub other_entities: u64,
}

impl BeaconCheck {
    /// Returns true if every item is found by its beacons.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.missing == 0 && self.stale == 0 && self.unreadable == 0
    }
}

impl fmt::Display for BeaconCheck {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, missing, stale, unknown, unreadable, .. } = self;
        write!(f, "{items} items: beacons of {missing} missing, of {stale} stale, of {unknown} unknown")?;
        write!(f, "; {unreadable} items could not be read")
    }
}

impl CheckBeacons {
    #[inline]
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            settings: Settings::default(),
        }
    }

    setters!();

    #[inline]
    async fn run(self) -> Result<BeaconCheck> {
        let Self { table, discriminator, settings } = self;
        settings.check()?;
        table.check_beacons()?;
        let journal = Journal::in_memory(Checkpoint::new(BTreeMap::new(), settings.numbers()));
        let checker = Arc::new(Checker::default());
        let walk = Walk::new(table, discriminator, &settings, Pass::Working { before: 0 }).await;
        let counts = walk.run(Arc::clone(&checker) as Arc<dyn Visit>, &journal).await?;
        let check = *checker.check();
        Ok(BeaconCheck { unreadable: counts.left, other_entities: counts.other_entities, ..check })
    }
}

impl IntoFuture for CheckBeacons {
    type Output = Result<BeaconCheck>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("check_beacons");
        Box::pin(span.run(self.run()))
    }
}

#[derive(Default)]
struct Checker(Mutex<BeaconCheck>);

impl Checker {
    #[inline]
    fn check(&self) -> MutexGuard<'_, BeaconCheck> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit for Checker {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let repair = walk.table.inspect_beacons(stored).await?;
            let mut check = self.check();
            check.items += 1;
            check.missing += u64::from(repair.missing > 0);
            check.stale += u64::from(repair.wrong > 0);
            check.unknown += u64::from(repair.has_unknown());
            Ok(Outcome::UpToDate)
        })
    }
}
