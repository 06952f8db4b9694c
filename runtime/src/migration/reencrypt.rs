//! Moving items from older versions to the current one.

use std::fmt;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::{Error, ErrorKind, Result};
use crate::item::number::Number;
use crate::item::{AttributeValue, Item};
use crate::request::{ItemConversion as _, Revision, StoredItems};
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
    versions: Vec<SchemaVersion>,
    settings: Settings,
    checkpoint: Option<PathBuf>,
    mover: Mover,
}

impl Reencrypt {
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            versions: Vec::new(),
            settings: Settings::default(),
            checkpoint: None,
            mover: Mover { is_dry_run: false, numbers: S::Record::NUMBERS, is_known: None, on_moved: None },
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
        self.mover.is_dry_run = true;
        self
    }

    /// Moves only items for which this returns true: given the verified item, and the revision that it has.
    ///
    /// Whoever has the old keys, or kept an old copy of an item, can store items that verify, and the move makes them genuine
    /// under the current keys. This is a cut-off by a time that the item carries, or by a list of revisions that were known
    /// before the keys leaked. Other items are left as they are, counted, and given to `on_left` with `ConditionFailed`.
    ///
    /// ```no_run
    /// # use std::collections::HashSet;
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] id: String }
    /// # async fn example(employees: Repository<Employee>, before_the_leak: HashSet<String>) -> dynaseal::Result<()> {
    /// // Entity tags that were written down before.
    /// let moving = employees.reencrypt().move_only(move |_, revision| before_the_leak.contains(&revision.to_etag()));
    /// let report = moving.on_moved(|key, revision| println!("{key:?} was {}", revision.to_etag())).await?;
    /// println!("{} items are of unknown origin", report.left());
    /// # Ok(())
    /// # }
    /// ```
    pub fn move_only(mut self, is_known: impl Fn(&Item, &Revision) -> bool + Send + Sync + 'static) -> Self {
        self.mover.is_known = Some(Arc::new(is_known));
        self
    }

    /// Is given the key of every item that was moved, and the revision that it had: a report of what the current keys
    /// vouch for from now on. The key's values are those of the table: mind where you write them.
    pub fn on_moved(mut self, on_moved: impl Fn(&Item, &Revision) + Send + Sync + 'static) -> Self {
        self.mover.on_moved = Some(Arc::new(on_moved));
        self
    }

    setters!();

    async fn run(self) -> Result<Report> {
        let Self { table, discriminator, versions, settings, checkpoint, mover } = self;
        let is_dry_run = mover.is_dry_run;
        settings.check()?;
        let table = with_versions(&table, &versions, !mover.numbers.is_empty())?;
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
        walk.run(Arc::new(mover), &journal).await?;
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
    /// The attributes that are stored as numbers.
    numbers: &'static [&'static str],
    is_known: Option<IsKnown>,
    on_moved: Option<OnMoved>,
}

type IsKnown = Arc<dyn Fn(&Item, &Revision) -> bool + Send + Sync>;
type OnMoved = Arc<dyn Fn(&Item, &Revision) + Send + Sync>;

impl fmt::Debug for Mover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mover").field("is_dry_run", &self.is_dry_run).finish_non_exhaustive()
    }
}

impl Visit for Mover {
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let (mut item, snapshot) = walk.table.open(stored).await?;
            let was_text = store_as_numbers(&mut item, self.numbers);
            if matches!(snapshot.written, WrittenAs::Current) && !was_text {
                return Ok(Outcome::UpToDate);
            }
            let revision = Revision::of(&snapshot);
            if !self.is_known.as_ref().is_none_or(|is_known| is_known(&item, &revision)) {
                let unknown =
                    "it verifies as it was written before, and `move_only` does not know it; it was left as it was";
                walk.left(&item, &Error::new(ErrorKind::ConditionFailed, unknown));
                return Ok(Outcome::Left);
            }
            let key = walk.table.key.of(&item);
            if self.is_dry_run {
                walk.table.encrypt_again(&snapshot, item).await?;
            } else {
                walk.turn().await;
                walk.table.change(&snapshot, item).await?;
                if let Some(on_moved) = &self.on_moved {
                    on_moved(&key, &revision);
                }
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
