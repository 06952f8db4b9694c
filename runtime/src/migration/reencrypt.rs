//! Moves items from older versions to the current one.

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
use super::report::{Outcome, Report};
use super::run::Run;
use super::settings::{Settings, setters};
use super::walk::{Visit, Walk, parameters};

/// A request that re-encrypts the items of a table with the current keys, actions and logical table name; created by
/// [`Repository::reencrypt`](crate::Repository::reencrypt), which has its errors.
///
/// Every item is read. An item that verifies in its current form is left unchanged; an item that verifies in an older
/// version is re-encrypted, and written on the condition that no other writer changed it since it was read. Otherwise
/// it is read again. Values of `#[do_nothing]` attributes are not written, so that counters continue. Values that a
/// field with `#[item(number)]` stored as text become numbers.
///
/// It can be killed at any time and run again: with a checkpoint it continues from there; without one it starts from
/// the beginning and skips finished items. Programs that still write the old version leave items behind: first make all
/// of them write the current version, with the old one as an [older
/// version](crate::repository::RepositoryBuilder::also_reads).
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

    /// Adds the form in which the items to be moved were written. Several versions are tried in the order in which they
    /// are given, after the older versions of the repository itself.
    ///
    /// A provider that can still read items with old keys treats them as current: to retire a key, remove it from the
    /// current provider, and use a provider with it in this version.
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.versions.push(version);
        self
    }

    /// Sets the file in which progress is stored; it is removed when everything is done.
    ///
    /// It is written atomically after every page. It contains keys of items, and only its owner can read it. A
    /// checkpoint of another migration, or one in use by another process, fails with `Usage`; however, the keys of
    /// providers cannot be compared.
    ///
    /// The file is text: a line with `dynaseal checkpoint 1`, a line of JSON, and one with the SHA-256 of both.
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(file.into());
        self
    }

    /// Does everything except writing: the report states what would be done. The checkpoint is neither read nor
    /// written.
    pub fn dry_run(mut self) -> Self {
        self.mover.is_dry_run = true;
        self
    }

    /// Moves only items for which this returns true, given the verified item and its revision.
    ///
    /// An attacker who has the old keys, or an old copy of an item, can store items that verify, and moving them makes
    /// them authentic under the current keys. Use this to limit the move by a time in the item, or to a list of
    /// revisions recorded before the keys leaked. Other items are left unchanged, counted, and passed to `on_left` with
    /// `ConditionFailed`.
    ///
    /// ```no_run
    /// # use std::collections::HashSet;
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] id: String }
    /// # async fn example(employees: Repository<Employee>, before_the_leak: HashSet<String>) -> dynaseal::Result<()> {
    /// // Entity tags that were recorded earlier.
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

    /// Calls this with the key of every item that was moved, and its former revision: a report of the items that are
    /// genuine under the current keys from now on. The key contains values of the table: take care where they are
    /// written.
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
        let run = Run { table, discriminator, settings, checkpoint, begin, is_dry_run };
        run.visit(Arc::new(mover)).await
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

/// Returns the same table, which also reads these versions.
fn with_versions(table: &Table, versions: &[SchemaVersion], has_numbers: bool) -> Result<Arc<Table>> {
    let mut table = table.clone();
    let readers: Vec<_> = versions.iter().map(|version| Arc::new(version.reader(&table))).collect();
    table.older.extend(readers);
    if table.older.is_empty() && !has_numbers {
        return Err(Error::new(
            ErrorKind::Usage,
            "the older version of the items to be moved is not known; name it with \
             `.also_reads(SchemaVersion::of(..))`",
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
            // Such an item is readable as it is, and may contain unencrypted attributes that are encrypted now.
            let is_written_otherwise = walk.table.is_written_otherwise(&stored);
            let (mut item, snapshot) = walk.table.open(stored).await?;
            let was_text = store_as_numbers(&mut item, self.numbers);
            if matches!(snapshot.written, WrittenAs::Current) && !was_text && !is_written_otherwise {
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

/// Converts the text of these attributes to numbers, and returns whether there was any.
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
