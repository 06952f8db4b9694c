//! Moving items from older versions to the current one.

use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::{Error, ErrorKind, Result};
use crate::item::number::Number;
use crate::item::{AttributeValue, Item};
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::schema_version::SchemaVersion;
use crate::table::{Table, WrittenAs};

use super::checkpoint::Checkpoint;
use super::journal::Journal;
use super::progress::Pass;
use super::report::{Outcome, Report};
use super::settings::{Settings, setters};
use super::walk::{Visit, Walk, check_exists, parameters};

/// A request that moves the items of a table to the current keys, actions and logical table name; made by
/// [`Repository::reencrypt`](crate::Repository::reencrypt), which has its errors.
///
/// Every item is read. One that verifies as it is written now is left alone; one that verifies as it was written in an older
/// version is encrypted anew, and written on the condition that nobody else wrote it meanwhile. Otherwise it is read again.
/// Values of `#[do_nothing]` attributes are not touched, so that counters keep counting. What a field with `#[item(number)]`
/// stored as text before it had that option becomes a number.
///
/// It can be killed at any time and run again: with a checkpoint it goes on where it was, without one it begins anew, and
/// finds what is done already. Programs that still write the old version meanwhile leave items behind: let all of them write
/// the current version first, with the old one as an [older version](crate::repository::RepositoryBuilder::also_reads).
#[derive(Debug)]
#[must_use = "nothing is moved until the request is awaited"]
pub struct Reencrypt {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    /// The attributes that are stored as numbers.
    numbers: &'static [&'static str],
    versions: Vec<SchemaVersion>,
    settings: Settings,
    checkpoint: Option<PathBuf>,
    is_dry_run: bool,
}

impl Reencrypt {
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            numbers: S::Record::NUMBERS,
            versions: Vec::new(),
            settings: Settings::default(),
            checkpoint: None,
            is_dry_run: false,
        }
    }

    /// How the items were written that are to be moved. Several versions are tried in the order in which they are given,
    /// after the older versions of the repository itself.
    ///
    /// A provider that can still read items of old keys reads them as current ones: to retire a key, give the current
    /// provider only what shall remain, and this version the rest.
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.versions.push(version);
        self
    }

    /// The file in which progress is kept; removed when everything is done.
    ///
    /// It is written after every page, in a way that leaves the old or the new one after a crash. It contains keys of
    /// items, and nobody but its owner can read it. That it belongs to another migration, or that another process is at
    /// work with it, is refused with `Usage`; what cannot be compared are the keys of providers.
    ///
    /// The file is text: a line with `dynaseal checkpoint 1`, a line of JSON, and one with the SHA-256 of both.
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(file.into());
        self
    }

    /// Does everything but writing: the report says what would be done. The checkpoint is neither read nor written.
    pub fn dry_run(mut self) -> Self {
        self.is_dry_run = true;
        self
    }

    setters!();

    async fn run(self) -> Result<Report> {
        let Self { table, discriminator, numbers, versions, settings, checkpoint, is_dry_run } = self;
        settings.check()?;
        let table = with_versions(&table, &versions, !numbers.is_empty())?;
        let begin = Checkpoint::new(parameters("reencrypt", &table, discriminator, &settings), settings.numbers());
        let journal = match checkpoint.filter(|_| !is_dry_run) {
            Some(path) => {
                check_exists(&table).await?;
                Journal::open(&path, begin)?
            }
            None => Journal::in_memory(begin),
        };
        let pass = Pass::Working { before: journal.counts().await.total() };
        let walk = Walk::new(table, discriminator, &settings, pass).await;
        walk.run(Arc::new(Mover { is_dry_run, numbers }), &journal).await?;
        journal.close().await?;
        Ok(Report::new(journal.counts().await, is_dry_run))
    }
}

impl IntoFuture for Reencrypt {
    type Output = Result<Report>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("reencrypt");
        Box::pin(span.run(self.run()))
    }
}

/// The same table, which reads these versions as well.
fn with_versions(table: &Table, versions: &[SchemaVersion], has_numbers: bool) -> Result<Arc<Table>> {
    let mut table = table.clone();
    let readers: Vec<_> = versions.iter().map(|version| Arc::new(version.reader(&table))).collect();
    table.older.extend(readers);
    if table.older.is_empty() && !has_numbers {
        return Err(Error::new(
            ErrorKind::Usage,
            "nothing says how the items were written that are to be moved; name it with `.also_reads(SchemaVersion::of(..))`",
        ));
    }
    if table.actions.protect_nothing() {
        return Err(Error::new(ErrorKind::Usage, "the entity protects nothing, so items cannot be moved to it safely"));
    }
    table.older.iter().try_for_each(|version| version.check())?;
    Ok(Arc::new(table))
}

struct Mover {
    is_dry_run: bool,
    numbers: &'static [&'static str],
}

impl Visit for Mover {
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let (mut item, snapshot) = walk.table.open(stored).await?;
            let was_text = store_as_numbers(&mut item, self.numbers);
            if matches!(snapshot.written, WrittenAs::Current) && !was_text {
                return Ok(Outcome::UpToDate);
            }
            if self.is_dry_run {
                walk.table.encrypt(item).await?;
            } else {
                walk.turn().await;
                walk.table.change(&snapshot, item).await?;
            }
            Ok(Outcome::Rewritten)
        })
    }
}

/// Makes numbers of the text of these attributes, and returns whether there was any.
fn store_as_numbers(item: &mut Item, names: &[&str]) -> bool {
    let mut was_text = false;
    for name in names {
        if let Some(value) = item.get_mut(*name)
            && let AttributeValue::S(text) = &*value
            && let Ok(number) = text.parse::<Number>()
        {
            *value = AttributeValue::N(number.to_string());
            was_text = true;
        }
    }
    was_text
}
