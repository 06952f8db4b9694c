//! Writes the beacons of stored items.

use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::item::Item;
use crate::migration::checkpoint::Checkpoint;
use crate::migration::report::{Outcome, Report};
use crate::migration::run::Run;
use crate::migration::settings::{Settings, setters};
use crate::migration::walk::{Visit, Walk, parameters};
use crate::request::{ItemConversion as _, StoredItems};
use crate::schema::entity::Discriminator;
use crate::table::Table;

/// A request that writes the beacons of the items of a table; created by
/// [`Repository::rebuild_beacons`](crate::Repository::rebuild_beacons), which lists its errors.
///
/// Every item is read and verified. If its beacons are missing or do not match its values, they are written, on the
/// condition that the item was not changed meanwhile; otherwise it is read again. No value is encrypted and no data key
/// is generated, because beacons are not signed. If a signed beacon, one without encrypted parts, is missing or wrong,
/// the item is written as a whole.
///
/// It can be killed at any time and run again: with a checkpoint it continues, without one it starts again. Programs
/// without the beacons write items without them: let all programs write them first, then rebuild, then create the
/// index, then query.
#[derive(Debug)]
#[must_use = "nothing is written until the request is awaited"]
pub struct RebuildBeacons {
    table: Arc<Table>,
    discriminator: Option<Discriminator>,
    settings: Settings,
    checkpoint: Option<PathBuf>,
    rebuilder: Rebuilder,
}

impl RebuildBeacons {
    #[inline]
    pub(crate) fn new<S: StoredItems>(items: &S) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            discriminator: S::Record::DISCRIMINATOR,
            settings: Settings::default(),
            checkpoint: None,
            rebuilder: Rebuilder { is_dry_run: false, removes_unknown: false },
        }
    }

    /// Sets the file of the checkpoint, like [`Reencrypt::checkpoint`](crate::migration::Reencrypt::checkpoint).
    #[inline]
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(file.into());
        self
    }

    /// Does everything except writing: the report states what would be done. The checkpoint is neither read nor
    /// written.
    #[inline]
    pub fn dry_run(mut self) -> Self {
        self.rebuilder.is_dry_run = true;
        self
    }

    /// Also removes beacons that are not in the schema, such as those with an older name. By default they are kept,
    /// because a newer program may have added them.
    #[inline]
    pub fn remove_unknown(mut self) -> Self {
        self.rebuilder.removes_unknown = true;
        self
    }

    setters!();

    #[inline]
    async fn run(self) -> Result<Report> {
        let Self { table, discriminator, settings, checkpoint, rebuilder } = self;
        settings.check()?;
        table.check_beacons()?;
        let mut parameters = parameters("rebuild beacons", &table, discriminator, &settings);
        parameters.insert("beacons".to_owned(), table.beacons.describe());
        parameters.insert("removes unknown".to_owned(), rebuilder.removes_unknown.to_string());
        let begin = Checkpoint::new(parameters, settings.numbers());
        let is_dry_run = rebuilder.is_dry_run;
        let run = Run { table, discriminator, settings, checkpoint, begin, is_dry_run };
        run.visit(Arc::new(rebuilder)).await
    }
}

impl IntoFuture for RebuildBeacons {
    type Output = Result<Report>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("rebuild_beacons");
        Box::pin(span.run(self.run()))
    }
}

#[derive(Debug)]
struct Rebuilder {
    is_dry_run: bool,
    removes_unknown: bool,
}

impl Visit for Rebuilder {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let repair = walk.table.inspect_beacons(stored).await?;
            if repair.is_unneeded() && !(self.removes_unknown && repair.has_unknown()) {
                return Ok(Outcome::UpToDate);
            }
            if !self.is_dry_run {
                walk.turn().await;
                walk.table.repair_beacons(repair, self.removes_unknown).await?;
            }
            Ok(Outcome::Rewritten)
        })
    }
}
