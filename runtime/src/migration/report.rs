//! What became of the items.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What a migration did to the items of a table, or would do. Counts include those of earlier runs that the checkpoint
/// remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a migration can leave items as they were"]
pub struct Report {
    counts: Counts,
    is_dry_run: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    pub(super) rewritten: u64,
    pub(super) up_to_date: u64,
    pub(super) other_entities: u64,
    pub(super) deleted: u64,
    pub(super) left: u64,
}

/// What became of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Rewritten,
    UpToDate,
    OtherEntity,
    /// Somebody deleted it meanwhile.
    Deleted,
    /// It could not be read or written, and is as it was.
    Left,
}

impl Report {
    pub(super) fn new(counts: Counts, is_dry_run: bool) -> Self {
        Self { counts, is_dry_run }
    }

    /// Items that were rewritten; of a dry run, those that would be.
    pub fn rewritten(&self) -> u64 {
        self.counts.rewritten
    }

    /// Items that verified in their new form already, and were left alone.
    pub fn up_to_date(&self) -> u64 {
        self.counts.up_to_date
    }

    /// Items of other entities in the same table, which were left alone.
    pub fn other_entities(&self) -> u64 {
        self.counts.other_entities
    }

    /// Items that somebody deleted meanwhile.
    pub fn deleted(&self) -> u64 {
        self.counts.deleted
    }

    /// Items that could not be read or rewritten, and are as they were. Their keys, and why, are given to `on_left`.
    pub fn left(&self) -> u64 {
        self.counts.left
    }

    /// True if nothing was written.
    pub fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// True if every item of the entity now has its new form.
    pub fn is_complete(&self) -> bool {
        self.counts.left == 0 && (!self.is_dry_run || self.counts.rewritten == 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { rewritten, up_to_date, other_entities, deleted, left } = self.counts;
        let rewritten_as = if self.is_dry_run { "would be rewritten" } else { "rewritten" };
        write!(f, "{rewritten} {rewritten_as}, {up_to_date} up to date already, {left} left as they were")?;
        for (count, what) in [(other_entities, "of other entities"), (deleted, "deleted meanwhile")] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

impl Counts {
    pub(super) fn count(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Rewritten => &mut self.rewritten,
            Outcome::UpToDate => &mut self.up_to_date,
            Outcome::OtherEntity => &mut self.other_entities,
            Outcome::Deleted => &mut self.deleted,
            Outcome::Left => &mut self.left,
        };
        *counter = counter.saturating_add(1);
    }

    pub(super) fn total(&self) -> u64 {
        let Self { rewritten, up_to_date, other_entities, deleted, left } = *self;
        [rewritten, up_to_date, other_entities, deleted, left].into_iter().fold(0, u64::saturating_add)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.rewritten = self.rewritten.saturating_add(other.rewritten);
        self.up_to_date = self.up_to_date.saturating_add(other.up_to_date);
        self.other_entities = self.other_entities.saturating_add(other.other_entities);
        self.deleted = self.deleted.saturating_add(other.deleted);
        self.left = self.left.saturating_add(other.left);
    }
}
