//! Reports which versions can read which items, and which attributes prevent it.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::{Error, Result};
use crate::item::Item;
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::action::AttributeAction;
use crate::schema::entity::Discriminator;
use crate::table::Table;
use crate::table::schema_version::{OlderVersion, SchemaVersion};

use super::checkpoint::Checkpoint;
use super::import::is_plaintext;
use super::journal::Journal;
use super::obstacles::{Named, can_read, obstacles, written_otherwise};
use super::progress::Pass;
use super::report::Outcome;
use super::settings::{Settings, setters};
use super::walk::{Visit, Walk};

/// The name of the repository's current version in the report.
const CURRENT: &str = "current";

/// The default number of unreadable items of each version that are examined for obstacles.
const DEFAULT_EXPLAINED: usize = 10;

/// A request that reports how many items each version can read; created by
/// [`Repository::check_items`](crate::Repository::check_items), which has its errors. Writes nothing.
#[derive(Debug)]
#[must_use = "nothing is read until the request is awaited"]
pub struct CheckItems {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    versions: Vec<SchemaVersion>,
    settings: Settings,
    explained: usize,
}

/// How many items of a table each version can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemCheck {
    /// The current version, and then the older ones. Several versions can read the same item.
    pub versions: Vec<VersionCheck>,
    /// The number of items that were read.
    pub items: u64,
    /// The number of items without a signature and a material description, which no version can read.
    pub plaintext: u64,
    /// The number of items with a signature that no version can read.
    pub unreadable: u64,
    /// The number of items of other entities in the same table, which are not included in the other counts.
    pub other_entities: u64,
}

/// How many items one version can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionCheck {
    /// The name of the version; `current` for the current one.
    pub name: String,
    /// The number of items that it can read.
    pub readable: u64,
    /// The attributes that prevent reading some of the others.
    pub obstacles: Vec<Obstacle>,
    /// The version's attributes that have another recorded action in readable items, which only items of the AWS
    /// Database Encryption SDK record: an attribute that is encrypted now may be readable there. Writing the item again
    /// changes it.
    pub written_otherwise: Vec<Obstacle>,
    /// Recipients, given by their keys, that cannot read items which another recipient can: their tag in the footer was damaged,
    /// or their key is another one of the same name. Only those are checked whose keys the version holds, as a
    /// [`MultiKeyring`](crate::keyrings::MultiKeyring) does; for these, each costs one use of its key more.
    pub locked_out: Vec<LockedOut>,
    /// The number of examined items for which no attribute was found: they were written with other keys or another
    /// table name, or were changed since.
    pub unexplained: u64,
}

/// An attribute that was written with another action than that of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obstacle {
    /// The name of the attribute.
    pub attribute: String,
    /// The action with which it was written, if that is certain: with it, the items verify.
    pub written_as: Option<AttributeAction>,
    /// The number of items; for an obstacle, the number of examined items.
    pub items: u64,
}

/// A recipient that cannot read items that another recipient can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedOut {
    /// The kind of keyring and its key, such as `aws-kms` and an ARN.
    pub recipient: String,
    /// How many items. Writing them again, with all recipients, repairs them.
    pub items: u64,
}

impl CheckItems {
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
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.versions.push(version);
        self
    }

    /// Sets how many unreadable items of each version are examined for obstacles; 10 by default. Each costs about two
    /// decryptions for each of its attributes, of which at most 200 are tried, and no further call to the provider.
    pub fn explain(mut self, items: usize) -> Self {
        self.explained = items;
        self
    }

    setters!();

    async fn run(self) -> Result<ItemCheck> {
        let Self { table, discriminator, versions, settings, explained } = self;
        settings.check()?;
        let current = SchemaVersion::new(CURRENT, table.actions.clone()).reader(&table);
        let given = versions.iter().map(|version| Arc::new(version.reader(&table)));
        let readers: Vec<_> =
            std::iter::once(Arc::new(current)).chain(table.older.iter().cloned()).chain(given).collect();
        readers.iter().try_for_each(|version| version.check_protects())?;

        let journal = Journal::in_memory(Checkpoint::new(BTreeMap::new(), settings.numbers()));
        let checker = Arc::new(Checker { tallies: Mutex::new(Tallies::new(readers.len())), readers, explained });
        let walk = Walk::new(table, discriminator, &settings, Pass::Working { before: 0 }).await;
        let counts = walk.run(checker.clone(), &journal).await?;
        Ok(checker.result(counts.other_entities))
    }
}

impl IntoFuture for CheckItems {
    type Output = Result<ItemCheck>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("check_items");
        Box::pin(span.run(self.run()))
    }
}

struct Checker {
    readers: Vec<Arc<OlderVersion>>,
    explained: usize,
    tallies: Mutex<Tallies>,
}

struct Tallies {
    items: u64,
    plaintext: u64,
    unreadable: u64,
    versions: Vec<Tally>,
}

/// Counts for one version.
#[derive(Clone, Default)]
struct Tally {
    readable: u64,
    looked_into: usize,
    unexplained: u64,
    obstacles: BTreeMap<Named, u64>,
    written_otherwise: BTreeMap<Named, u64>,
    locked_out: BTreeMap<String, u64>,
}

/// The results for an item, by version.
struct Found {
    readable: Vec<bool>,
    explained: Vec<(usize, Vec<Named>)>,
    otherwise: Vec<Vec<Named>>,
    locked_out: Vec<Vec<String>>,
}

impl Visit for Checker {
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            if is_plaintext(&walk.table, &stored) {
                let mut tallies = self.tallies();
                tallies.items += 1;
                tallies.plaintext += 1;
                drop(tallies);
                walk.left(&stored, &Error::integrity());
                return Ok(Outcome::UpToDate);
            }
            // Each version's keys are requested once for an item, regardless of the number of attempts below.
            let readers: Vec<_> = self.readers.iter().map(|reader| reader.for_one_item()).collect();
            let mut readable = Vec::with_capacity(readers.len());
            for reader in &readers {
                readable.push(can_read(reader, &stored).await?);
            }
            let mut explained = Vec::new();
            for number in self.unclear(&readable) {
                if let Some(reader) = readers.get(number) {
                    explained.push((number, obstacles(reader, &stored).await?));
                }
            }
            if !readable.contains(&true) {
                walk.left(&stored, &Error::integrity());
            }
            let otherwise = readers.iter().zip(&readable);
            let otherwise = otherwise.map(|(reader, readable)| match readable {
                true => written_otherwise(reader, &stored),
                false => Vec::new(),
            });
            let otherwise = otherwise.collect();
            let mut locked_out = Vec::with_capacity(readers.len());
            for reader in &readers {
                locked_out.push(reader.encryptor.locked_out(&stored, &reader.actions, &reader.context).await?);
            }
            self.count(Found { readable, explained, otherwise, locked_out });
            Ok(Outcome::UpToDate)
        })
    }
}

impl Checker {
    /// Returns the versions that cannot read an item and for which obstacles are searched.
    fn unclear(&self, readable: &[bool]) -> Vec<usize> {
        let mut tallies = self.tallies();
        let mut unclear = Vec::new();
        for (number, (tally, readable)) in tallies.versions.iter_mut().zip(readable).enumerate() {
            if !readable && tally.looked_into < self.explained {
                tally.looked_into += 1;
                unclear.push(number);
            }
        }
        unclear
    }

    /// Counts an item once nothing can fail any more: failed items are visited again.
    fn count(&self, found: Found) {
        let Found { readable, explained, otherwise, locked_out } = found;
        let mut tallies = self.tallies();
        tallies.items += 1;
        tallies.unreadable += u64::from(!readable.contains(&true));
        for (tally, readable) in tallies.versions.iter_mut().zip(readable) {
            tally.readable += u64::from(readable);
        }
        for (tally, recipients) in tallies.versions.iter_mut().zip(locked_out) {
            for recipient in recipients {
                *tally.locked_out.entry(recipient).or_default() += 1;
            }
        }
        for (tally, attributes) in tallies.versions.iter_mut().zip(otherwise) {
            for attribute in attributes {
                *tally.written_otherwise.entry(attribute).or_default() += 1;
            }
        }
        for (number, obstacles) in explained {
            let Some(tally) = tallies.versions.get_mut(number) else { continue };
            tally.unexplained += u64::from(obstacles.is_empty());
            for obstacle in obstacles {
                *tally.obstacles.entry(obstacle).or_default() += 1;
            }
        }
    }

    fn tallies(&self) -> std::sync::MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn result(&self, other_entities: u64) -> ItemCheck {
        let tallies = self.tallies();
        let versions = self.readers.iter().zip(&tallies.versions).map(|(reader, tally)| VersionCheck {
            name: reader.name.clone(),
            readable: tally.readable,
            unexplained: tally.unexplained,
            obstacles: named(&tally.obstacles),
            written_otherwise: named(&tally.written_otherwise),
            locked_out: tally.locked_out.iter().map(|(recipient, items)| LockedOut::new(recipient, *items)).collect(),
        });
        ItemCheck {
            versions: versions.collect(),
            items: tallies.items,
            plaintext: tallies.plaintext,
            unreadable: tallies.unreadable,
            other_entities,
        }
    }
}

impl Tallies {
    fn new(versions: usize) -> Self {
        Self { items: 0, plaintext: 0, unreadable: 0, versions: vec![Tally::default(); versions] }
    }
}

fn named(attributes: &BTreeMap<Named, u64>) -> Vec<Obstacle> {
    attributes.iter().map(|(attribute, items)| Obstacle::new(attribute, *items)).collect()
}

impl LockedOut {
    fn new(recipient: &str, items: u64) -> Self {
        Self { recipient: recipient.to_owned(), items }
    }
}

impl Obstacle {
    fn new((attribute, written): &Named, items: u64) -> Self {
        Self { attribute: attribute.clone(), written_as: *written, items }
    }
}
