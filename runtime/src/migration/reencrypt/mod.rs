//! Moves items from older versions to the current one.

mod mover;

use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::request::{ItemConversion as _, Revision, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::Table;
use crate::table::schema_version::SchemaVersion;

use super::checkpoint::Checkpoint;
use super::report::Report;
use super::run::Run;
use super::scope::{ScopeChange, scope_changes};
use super::settings::{Settings, setters};
use super::walk::parameters;

use mover::Mover;

/// A request that re-encrypts the items of a table with the current keys, actions and logical table name; created by
/// [`Repository::reencrypt`](crate::Repository::reencrypt), which has its errors.
///
/// Every item is read. An item that verifies in its current form is left unchanged; an item that verifies in an older
/// version is re-encrypted, and written on the condition that no other writer changed it since it was read. Otherwise
/// it is read again. Values of `#[do_nothing]` attributes are not written, so that counters continue. Values that a
/// field with `#[item(number)]` stored as text become numbers.
///
/// Beacons are written by the request that moves their item, on the same condition; those that an item of the DynamoDB Encryption Client
/// already has stay as they are if they are right. Beacons of items that are left unchanged are neither read nor written: use
/// [`check_beacons`](crate::Repository::check_beacons) and [`rebuild_beacons`](crate::Repository::rebuild_beacons) for items that
/// other programs wrote in the current form.
///
/// It can be killed at any time and run again: with a [checkpoint](Self::checkpoint) it continues from there; without
/// one it starts from the beginning and skips finished items. Programs that still write the old version leave items
/// behind: first make all of them write the current version, with the old one as an [older
/// version](crate::repository::RepositoryBuilder::also_reads).
#[derive(Debug)]
#[must_use = "nothing is moved until the request is awaited"]
pub struct Reencrypt {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    versions: Vec<SchemaVersion>,
    settings: Settings,
    checkpoint: Option<PathBuf>,
    moves_again: bool,
    mover: Mover,
}

impl Reencrypt {
    #[inline]
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            versions: Vec::new(),
            settings: Settings::default(),
            checkpoint: None,
            moves_again: false,
            mover: Mover::new(S::Record::NUMBERS),
        }
    }

    /// Adds the form in which the items to be moved were written. Several versions are tried in the order in which they
    /// are given, after the older versions of the repository itself.
    ///
    /// A provider that can still read items with old keys treats them as current: to retire a key, remove it from the
    /// current provider, and use a provider with it in this version. Versions of branch keys are moved by
    /// [`to_active_keys`](Self::to_active_keys).
    #[inline]
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.versions.push(version);
        self
    }

    /// Sets the file in which progress is stored, and the end of the move.
    ///
    /// After the last item the table is read again, at most three times, and what programs wrote in an older form behind
    /// the first pass is moved as well. Once nothing in an older form is found, the file records that the move is
    /// finished: keep it. Every later run with it only reads, because an item in an older form can now only come from an
    /// old program, or from an attacker who put it back, and moving it would make it genuine. Such items are left
    /// unchanged, counted by [`late`](Report::late), passed to `on_left`, and each causes a warning event (target
    /// `dynaseal::audit`). Look at them, then use [`move_again`](Self::move_again). Another move, such as the next
    /// rotation of keys, needs another file. A run that leaves items unchanged removes the file, and the next one starts
    /// from the beginning.
    ///
    /// It is written atomically after every page. It contains keys of items, and only its owner can read it. A
    /// checkpoint of another migration, or one in use by another process, fails with `Usage`; however, the keys of
    /// providers cannot be compared.
    ///
    /// The file is text: a line with `dynaseal checkpoint 1`, a line of JSON, and one with the SHA-256 of both.
    #[inline]
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(file.into());
        self
    }

    /// Moves items in an older form although the [checkpoint](Self::checkpoint) says that the move is finished, and records
    /// its end anew. Without a finished checkpoint it has no effect.
    ///
    /// It makes every item that verifies in an older form authentic: first find out which program wrote these items.
    #[inline]
    pub fn move_again(mut self) -> Self {
        self.moves_again = true;
        self
    }

    /// Also moves items of the current version whose branch key has a newer version, to the active one. Without this they
    /// are up to date, because every version stays readable. No older version has to be named for it.
    ///
    /// First create the new version with [`version_branch_key`](crate::keyrings::KeyStore::version_branch_key), and wait for
    /// the TTL of all programs: until then they write with the version that they have cached. The cached keys of the
    /// repository itself are cleared when the request starts.
    /// [`check_items`](crate::Repository::check_items) counts the items of each version.
    ///
    /// Custom keyrings take part by [`Keyring::outdated`](crate::keyrings::Keyring::outdated); other keys have no versions.
    #[inline]
    pub fn to_active_keys(mut self) -> Self {
        self.mover.to_active_keys = true;
        self
    }

    /// Does everything except writing: the report states what would be done. The checkpoint is neither read nor
    /// written.
    #[inline]
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
    #[inline]
    pub fn move_only(mut self, is_known: impl Fn(&Item, &Revision) -> bool + Send + Sync + 'static) -> Self {
        self.mover.is_known = Some(Arc::new(is_known));
        self
    }

    /// Calls this with the key of every item that was moved, and its former revision: a report of the items that are
    /// genuine under the current keys from now on. The key contains values of the table: take care where they are
    /// written.
    #[inline]
    pub fn on_moved(mut self, on_moved: impl Fn(&Item, &Revision) + Send + Sync + 'static) -> Self {
        self.mover.on_moved = Some(Arc::new(on_moved));
        self
    }

    /// Returns the attributes that become signed or unsigned by the move, before anything is written. Each is also a
    /// warning event (target `dynaseal::audit`) when the move begins, and when a dry run does.
    #[inline]
    pub fn scope_changes(&self) -> Vec<ScopeChange> {
        let given: Vec<_> = self.versions.iter().map(|version| Arc::new(version.reader(&self.table))).collect();
        scope_changes(&self.table, self.table.older.iter().chain(&given))
    }

    setters!();

    #[inline]
    async fn run(self) -> Result<Report> {
        let Self { table, discriminator, versions, settings, checkpoint, moves_again, mover } = self;
        let (is_dry_run, to_active_keys) = (mover.is_dry_run, mover.to_active_keys);
        settings.check()?;
        let table = with_versions(&table, &versions, mover.has_numbers() || to_active_keys)?;
        for ScopeChange { version, attribute, before, after } in scope_changes(&table, table.older.iter()) {
            let attribute = attribute.as_deref().unwrap_or("(all that have no action of their own)");
            tracing::warn!(
                target: "dynaseal::audit",
                table = table.name, version, attribute, ?before, ?after,
                "the move changes whether the attribute is signed"
            );
        }
        let mut parameters = parameters("reencrypt", &table, discriminator, &settings);
        if to_active_keys {
            // A cached version would count as active after another process has replaced it.
            table.encryptor.refresh().await?;
            parameters.insert("branch keys".to_owned(), "active versions".to_owned());
        }
        let begin = Checkpoint::new(parameters, settings.numbers());
        let run = Run { table, discriminator, settings, checkpoint, begin, is_dry_run };
        run.move_all(Arc::new(mover), moves_again).await
    }
}

impl IntoFuture for Reencrypt {
    type Output = Result<Report>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("reencrypt");
        Box::pin(span.run(self.run()))
    }
}

/// Returns the same table, which also reads these versions.
#[inline]
fn with_versions(table: &Table, versions: &[SchemaVersion], moves_current: bool) -> Result<Arc<Table>> {
    let mut table = table.clone();
    let readers: Vec<_> = versions.iter().map(|version| Arc::new(version.reader(&table))).collect();
    table.older.extend(readers);
    if table.older.is_empty() && !moves_current && table.encryptor.kinds().nth(1).is_none() {
        return Err(Error::new(
            ErrorKind::Usage,
            "the older version of the items to be moved is not known; name it with \
             `.also_reads(SchemaVersion::of(..))`, or move items to the active versions of their branch keys with \
             `.to_active_keys()`",
        ));
    }
    if table.actions.protect_nothing() {
        return Err(Error::new(ErrorKind::Usage, "the entity protects nothing, so items cannot be moved to it safely"));
    }
    table.older.iter().try_for_each(|version| version.check())?;
    Ok(Arc::new(table))
}
