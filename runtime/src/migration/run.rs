//! One run of a migration, from its checkpoint to its report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Result;
use crate::schema::entity::Discriminator;
use crate::table::Table;

use super::checkpoint::{Checkpoint, Phase};
use super::journal::Journal;
use super::progress::Pass;
use super::report::{Counts, Report};
use super::settings::Settings;
use super::walk::{Visit, Walk, check_exists};

/// How often a table is read again to move what programs wrote in an older form behind the first pass.
const MAX_PASSES: u32 = 3;

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

/// A migration that is finished once nothing is left to do.
pub(super) trait Move: Visit {
    /// Returns the visitor that moves nothing in an older form, and reports it.
    fn after_the_end(&self, checkpoint: &Path) -> Arc<dyn Visit>;
}

impl Run {
    /// Visits every item of the table that an earlier run has not done, and removes the checkpoint.
    #[inline]
    pub(super) async fn visit(self, visitor: Arc<dyn Visit>) -> Result<Report> {
        let journal = self.journal().await?;
        self.work(visitor, &journal).await?;
        journal.close().await?;
        Ok(self.report(&journal).await)
    }

    /// Moves every item that an earlier run has not moved. The checkpoint records when all of them are, and then nothing
    /// is moved any more, unless it is to be done `again`.
    #[inline]
    pub(super) async fn move_all(self, mover: Arc<impl Move>, again: bool) -> Result<Report> {
        let journal = self.journal().await?;
        let Some(checkpoint) = self.recorded_in() else {
            self.work(mover, &journal).await?;
            return Ok(self.report(&journal).await);
        };
        if journal.phase().await == Phase::Finished {
            if !again {
                let late = self.read_again(mover.after_the_end(checkpoint)).await?;
                return Ok(Report::new(late, false));
            }
            journal.restart(self.begin.clone()).await?;
        }
        if journal.phase().await == Phase::Writing {
            self.work(Arc::clone(&mover) as Arc<dyn Visit>, &journal).await?;
            if journal.counts().await.left > 0 {
                // The next run starts from the beginning, once the items that are left are repaired.
                journal.close().await?;
                return Ok(self.report(&journal).await);
            }
            journal.enter(Phase::Verifying).await?;
        }
        self.move_the_rest(mover, &journal).await
    }

    /// Reads the table again until nothing in an older form is found.
    #[inline]
    async fn move_the_rest(&self, mover: Arc<impl Move>, journal: &Journal) -> Result<Report> {
        for _ in 0..MAX_PASSES {
            let found = self.read_again(Arc::clone(&mover) as Arc<dyn Visit>).await?;
            let more = Counts { rewritten: found.rewritten, left: found.left, ..Counts::default() };
            journal.add(more).await?;
            if found.left > 0 {
                journal.close().await?;
                return Ok(self.report(journal).await);
            }
            if found.rewritten == 0 {
                journal.enter(Phase::Finished).await?;
                return Ok(self.report(journal).await);
            }
        }
        Ok(self.report(journal).await.unsettled())
    }

    #[inline]
    async fn journal(&self) -> Result<Journal> {
        match self.recorded_in() {
            Some(path) => {
                check_exists(&self.table).await?;
                Journal::open(path, self.begin.clone())
            }
            None => Ok(Journal::in_memory(self.begin.clone())),
        }
    }

    #[inline]
    fn recorded_in(&self) -> Option<&Path> {
        self.checkpoint.as_deref().filter(|_| !self.is_dry_run)
    }

    /// Visits the items that the journal does not list as done.
    #[inline]
    async fn work(&self, visitor: Arc<dyn Visit>, journal: &Journal) -> Result<Counts> {
        let pass = Pass::Working { before: journal.counts().await.total() };
        self.walk(pass).await.run(visitor, journal).await
    }

    /// Visits everything from the beginning, without a record.
    #[inline]
    async fn read_again(&self, visitor: Arc<dyn Visit>) -> Result<Counts> {
        let journal = Journal::in_memory(Checkpoint::new(BTreeMap::new(), self.settings.numbers()));
        self.walk(Pass::Verifying).await.run(visitor, &journal).await
    }

    #[inline]
    async fn walk(&self, pass: Pass) -> Arc<Walk> {
        Walk::new(Arc::clone(&self.table), self.discriminator, &self.settings, pass).await
    }

    #[inline]
    async fn report(&self, journal: &Journal) -> Report {
        Report::new(journal.counts().await, self.is_dry_run)
    }
}
