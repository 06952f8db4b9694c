//! The outcome of a migration.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// The outcome of a migration for the items of a table, or of a dry run. Counts include those of earlier runs in the
/// checkpoint.
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

/// The outcome for one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Rewritten,
    UpToDate,
    OtherEntity,
    /// It was deleted during the migration.
    Deleted,
    /// It could not be read or written, and is unchanged.
    Left,
}

impl Report {
    pub(super) fn new(counts: Counts, is_dry_run: bool) -> Self {
        Self { counts, is_dry_run }
    }

    /// Returns the number of items that were rewritten or, in a dry run, would be.
    pub fn rewritten(&self) -> u64 {
        self.counts.rewritten
    }

    /// Returns the number of items that were already in their new form, and left unchanged.
    pub fn up_to_date(&self) -> u64 {
        self.counts.up_to_date
    }

    /// Returns the number of items of other entities in the same table, which were left unchanged.
    pub fn other_entities(&self) -> u64 {
        self.counts.other_entities
    }

    /// Returns the number of items that were deleted during the migration.
    pub fn deleted(&self) -> u64 {
        self.counts.deleted
    }

    /// Returns the number of items that could not be read or rewritten, and are unchanged. `on_left` receives their
    /// keys and the reasons.
    pub fn left(&self) -> u64 {
        self.counts.left
    }

    /// Returns whether this was a dry run.
    pub fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Returns whether every item of the entity has its new form.
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
