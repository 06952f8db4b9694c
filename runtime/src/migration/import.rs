//! Encrypts a table that was never encrypted.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::{Error, ErrorKind, Result};
use crate::format::FormatKind;
use crate::item::Item;
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::{Snapshot, Table, WrittenAs};

use super::checkpoint::{Checkpoint, Phase};
use super::journal::Journal;
use super::progress::Pass;
use super::report::{Counts, Outcome, Report};
use super::settings::{Settings, setters};
use super::walk::{Visit, Walk, check_exists, parameters};

/// Encrypts and signs the items of a table that was never encrypted, in place.
///
/// An item counts as plaintext if it has neither of the two attributes that encryption adds, and if the checkpoint does
/// not list it as done. It is written on the condition that it is unchanged since it was read. After all items were
/// written, all are read once more: the import is finished only if every item verifies. A finished import does not run
/// again.
///
/// **Weakens:** unsigned items are signed, so anything that an attacker has written to the table until then becomes
/// genuine. The checkpoint prevents this from happening a second time, to items whose signature an attacker has
/// removed: keep it even after the import is finished, where no other party can write.
///
/// First change all programs to write encrypted items, and to read both kinds with
/// [`DualRead`](crate::danger::DualRead). A program that still writes plaintext prevents the import from finishing. A
/// program that adds attributes which the entity does not declare can damage an item while it is being imported: the
/// item then fails verification, but no data is lost.
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository, danger};
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
/// # async fn import(employees: Repository<Employee>) -> dynaseal::Result<()> {
/// let report = danger::import_plaintext(&employees, "employees.import").begin().await?;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[inline]
pub fn import_plaintext<S: StoredItems>(items: &S, checkpoint: impl Into<PathBuf>) -> ImportPlaintext {
    ImportPlaintext {
        table: Arc::clone(items.parts().table),
        discriminator: S::Record::DISCRIMINATOR,
        settings: Settings::default(),
        checkpoint: checkpoint.into(),
        begins: false,
        is_dry_run: false,
    }
}

/// A request that encrypts a table that was never encrypted; created by
/// [`import_plaintext`](crate::danger::import_plaintext).
///
/// # Errors
/// `Usage` outside of a Tokio runtime, if the import is already finished, if there is no checkpoint to continue from,
/// if it is damaged or belongs to another import, or if another process uses it; `AlreadyExists` if `begin` is set and
/// a checkpoint exists; `Unavailable` if the checkpoint cannot be read or written; the errors of the provider and the
/// service that last longer than a few seconds; and `Integrity` if everything was imported, but the table still has
/// items in plaintext or items that do not verify: inspect each of them (`on_left` receives their keys), write or
/// delete it, and run the import again, which then only reads.
#[derive(Debug)]
#[must_use = "nothing is imported until the request is awaited"]
pub struct ImportPlaintext {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    settings: Settings,
    checkpoint: PathBuf,
    begins: bool,
    is_dry_run: bool,
}

impl ImportPlaintext {
    /// Declares that this table has never been imported, and creates the checkpoint. Every later run continues from it
    /// without this setting: an import whose checkpoint was lost must not start again unnoticed.
    #[inline]
    pub fn begin(mut self) -> Self {
        self.begins = true;
        self
    }

    /// Does everything except writing: the report states what would be done. The checkpoint is neither read nor
    /// written.
    #[inline]
    pub fn dry_run(mut self) -> Self {
        self.is_dry_run = true;
        self
    }

    setters!();

    #[inline]
    async fn run(self) -> Result<Report> {
        let Self { table, discriminator, settings, checkpoint, begins, is_dry_run } = self;
        settings.check()?;
        if table.actions.protect_nothing() {
            return Err(Error::new(ErrorKind::Usage, "the entity protects nothing, so there is nothing to import"));
        }
        let begin =
            Checkpoint::new(parameters("import of plaintext", &table, discriminator, &settings), settings.numbers());
        let journal = match (is_dry_run, begins) {
            (true, _) => Journal::in_memory(begin),
            (false, true) => {
                check_exists(&table).await?;
                Journal::begin(&checkpoint, begin)?
            }
            (false, false) => Journal::resume(&checkpoint, &begin)?.ok_or_else(|| missing(&checkpoint))?,
        };

        if journal.phase().await == Phase::Finished {
            return Err(finished());
        }
        if journal.phase().await == Phase::Writing {
            let pass = Pass::Working { before: journal.counts().await.total() };
            let walk = Walk::new(Arc::clone(&table), discriminator, &settings, pass).await;
            let importer = Importer { is_dry_run };
            walk.run(Arc::new(importer), &journal).await?;
            if is_dry_run {
                return Ok(Report::new(journal.counts().await, is_dry_run));
            }
            journal.enter(Phase::Verifying).await?;
        }
        let walk = Walk::new(table, discriminator, &settings, Pass::Verifying).await;
        let reading = Journal::in_memory(Checkpoint::new(BTreeMap::new(), settings.numbers()));
        let verified = walk.run(Arc::new(Verifier), &reading).await?;
        if verified.left > 0 {
            return Err(unfinished(verified));
        }
        journal.enter(Phase::Finished).await?;
        // The items that earlier runs had left were written or deleted since: everything verifies.
        Ok(Report::new(Counts { left: 0, ..journal.counts().await }, is_dry_run))
    }
}

impl IntoFuture for ImportPlaintext {
    type Output = Result<Report>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("import_plaintext");
        Box::pin(span.run(self.run()))
    }
}

#[inline]
fn missing(checkpoint: &Path) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "there is no checkpoint {}, so nothing was done; if this table has never been imported, call `begin`; if \
             it has, restore the file: a second import would sign items from which an attacker removed the signature",
            checkpoint.display()
        ),
    )
}

#[inline]
fn finished() -> Error {
    Error::new(
        ErrorKind::Usage,
        "this import is finished, and does not run again: items that are in plaintext now were stripped of their \
         signature, or written by a program that does not encrypt",
    )
}

#[inline]
fn unfinished(counts: Counts) -> Error {
    Error::new(
        ErrorKind::Integrity,
        format!(
            "the import is not finished, because items are in plaintext or fail verification ({} of them): they were written or \
             stripped after the import had read them, or were never readable. Write or delete each of them, and run the import \
             again",
            counts.left
        ),
    )
}

/// Returns whether an item has neither of the attributes that encryption adds, under the names of any version and of any
/// format.
#[inline]
pub(super) fn is_plaintext(table: &Table, stored: &Item) -> bool {
    if FormatKind::of(stored).next().is_some() {
        return false;
    }
    let older = table.older.iter().map(|version| &version.encryptor);
    !older.chain([&table.encryptor]).any(|encryptor| encryptor.detects(stored))
}

struct Importer {
    is_dry_run: bool,
}

impl Visit for Importer {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let table = &walk.table;
            if !is_plaintext(table, &stored) {
                table.decrypt(stored).await?;
                return Ok(Outcome::UpToDate);
            }
            let snapshot = Snapshot::of(table, &stored, WrittenAs::Plaintext).ok_or_else(Error::integrity)?;
            if self.is_dry_run {
                table.encrypt(stored).await?;
            } else {
                walk.turn().await;
                table.change(&snapshot, stored).await?;
            }
            Ok(Outcome::Rewritten)
        })
    }
}

/// Reads every item once more.
struct Verifier;

impl Visit for Verifier {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move { walk.table.decrypt(stored).await.map(|_| Outcome::UpToDate) })
    }
}
