//! One run of a migration, from its checkpoint to its report.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::schema::entity::Discriminator;
use crate::table::Table;

use super::checkpoint::Checkpoint;
use super::journal::Journal;
use super::progress::Pass;
use super::report::Report;
use super::settings::Settings;
use super::walk::{Visit, Walk, check_exists};

pub(super) struct Run {
    pub(super) table: Arc<Table>,
    pub(super) discriminator: Option<Discriminator>,
    pub(super) settings: Settings,
    /// The file in which progress is kept. A dry run neither reads nor writes it.
    pub(super) checkpoint: Option<PathBuf>,
    /// The checkpoint of a run that has no earlier one to continue.
    pub(super) begin: Checkpoint,
    pub(super) is_dry_run: bool,
}

impl Run {
    /// Visits every item of the table that an earlier run has not done.
    pub(super) async fn visit(self, visitor: Arc<dyn Visit>) -> Result<Report> {
        let Self { table, discriminator, settings, checkpoint, begin, is_dry_run } = self;
        let journal = match checkpoint.filter(|_| !is_dry_run) {
            Some(path) => {
                check_exists(&table).await?;
                Journal::open(&path, begin)?
            }
            None => Journal::in_memory(begin),
        };
        let pass = Pass::Working { before: journal.counts().await.total() };
        let walk = Walk::new(table, discriminator, &settings, pass).await;
        walk.run(visitor, &journal).await?;
        journal.close().await?;
        Ok(Report::new(journal.counts().await, is_dry_run))
    }
}
