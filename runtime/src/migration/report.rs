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
    /// Whether a program was still writing an older form at the end.
    is_unsettled: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    pub(super) rewritten: u64,
    pub(super) up_to_date: u64,
    pub(super) other_entities: u64,
    pub(super) deleted: u64,
    pub(super) left: u64,
    /// Those of `left` that were found in an older form after the move was finished.
    #[serde(default)]
    pub(super) late: u64,
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
    /// It has an older form although the move is finished, and is unchanged.
    Late,
}

impl Report {
    #[inline]
    pub(super) fn new(counts: Counts, is_dry_run: bool) -> Self {
        Self { counts, is_dry_run, is_unsettled: false }
    }

    /// Returns the same report of a run that found items in an older form whenever it read the table.
    #[inline]
    pub(super) fn unsettled(self) -> Self {
        Self { is_unsettled: true, ..self }
    }

    /// Returns the number of items that were rewritten or, in a dry run, would be.
    #[inline]
    pub fn rewritten(&self) -> u64 {
        self.counts.rewritten
    }

    /// Returns the number of items that were already in their new form, and left unchanged.
    #[inline]
    pub fn up_to_date(&self) -> u64 {
        self.counts.up_to_date
    }

    /// Returns the number of items of other entities in the same table, which were left unchanged.
    #[inline]
    pub fn other_entities(&self) -> u64 {
        self.counts.other_entities
    }

    /// Returns the number of items that were deleted during the migration.
    #[inline]
    pub fn deleted(&self) -> u64 {
        self.counts.deleted
    }

    /// Returns the number of items that could not be read or rewritten, and are unchanged. `on_left` receives their
    /// keys and the reasons.
    #[inline]
    pub fn left(&self) -> u64 {
        self.counts.left
    }

    /// Returns how many of the items that were [left](Self::left) have an older form although the checkpoint says that
    /// the move is finished; see [`Reencrypt::checkpoint`](super::Reencrypt::checkpoint).
    #[inline]
    pub fn late(&self) -> u64 {
        self.counts.late
    }

    /// Returns whether this was a dry run.
    #[inline]
    pub fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Returns whether every item of the entity has its new form. A run with a checkpoint that found items in an older form
    /// each time it read the table is not complete: a program still writes them.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.counts.left == 0 && !self.is_unsettled && (!self.is_dry_run || self.counts.rewritten == 0)
    }
}

impl fmt::Display for Report {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { rewritten, up_to_date, other_entities, deleted, left, late } = self.counts;
        let rewritten_as = if self.is_dry_run { "would be rewritten" } else { "rewritten" };
        write!(f, "{rewritten} {rewritten_as}, {up_to_date} up to date already, {left} left as they were")?;
        let others = [
            (late, "of these found after the end of the move"),
            (other_entities, "of other entities"),
            (deleted, "deleted meanwhile"),
        ];
        for (count, what) in others {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if self.is_unsettled {
            f.write_str("; a program still writes an older form, so run it again once that has stopped")?;
        }
        Ok(())
    }
}

impl Counts {
    #[inline]
    pub(super) fn count(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Rewritten => &mut self.rewritten,
            Outcome::UpToDate => &mut self.up_to_date,
            Outcome::OtherEntity => &mut self.other_entities,
            Outcome::Deleted => &mut self.deleted,
            Outcome::Left => &mut self.left,
            Outcome::Late => {
                self.late = self.late.saturating_add(1);
                &mut self.left
            }
        };
        *counter = counter.saturating_add(1);
    }

    #[inline]
    pub(super) fn total(&self) -> u64 {
        let Self { rewritten, up_to_date, other_entities, deleted, left, late: _ } = *self;
        [rewritten, up_to_date, other_entities, deleted, left].into_iter().fold(0, u64::saturating_add)
    }
}

impl AddAssign for Counts {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.rewritten = self.rewritten.saturating_add(other.rewritten);
        self.up_to_date = self.up_to_date.saturating_add(other.up_to_date);
        self.other_entities = self.other_entities.saturating_add(other.other_entities);
        self.deleted = self.deleted.saturating_add(other.deleted);
        self.left = self.left.saturating_add(other.left);
        self.late = self.late.saturating_add(other.late);
    }
}
