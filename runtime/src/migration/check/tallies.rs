//! The counts of a check.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Error;
use crate::format::FormatKind;
use crate::format::branch_key::BranchKeyVersion;
use crate::migration::obstacles::Named;
use crate::table::schema_version::OlderVersion;

use super::result::{BranchKeyCheck, ItemCheck, LockedOut, Obstacle, Unwritable, VersionCheck};

/// The maximum number of reasons why items cannot be written. The names of attributes are among them, and a table can have
/// any number of these.
const MAX_REASONS: usize = 1000;

/// The maximum number of versions of branch keys that are listed. A table can have any number of tenants.
const MAX_BRANCH_KEYS: usize = 10_000;

/// The counts for the table.
#[derive(Debug)]
pub(super) struct Tallies {
    items: u64,
    plaintext: u64,
    unreadable: u64,
    mixed: u64,
    formats: BTreeMap<FormatKind, u64>,
    unwritable: Vec<Unwritable>,
    branch_keys: BTreeMap<BranchKeyVersion, u64>,
    outdated: u64,
    versions: Vec<Tally>,
}

/// The counts for one version.
#[derive(Clone, Debug, Default)]
struct Tally {
    readable: u64,
    formats: BTreeMap<FormatKind, u64>,
    looked_into: usize,
    unexplained: u64,
    obstacles: BTreeMap<Named, u64>,
    written_otherwise: BTreeMap<Named, u64>,
    locked_out: BTreeMap<String, u64>,
}

/// What was found out about an item.
pub(super) struct Found {
    /// The formats whose marks the item has.
    pub(super) formats: Vec<FormatKind>,
    /// Why it cannot be written in the current version.
    pub(super) unwritable: Option<Error>,
    /// The branch keys with which the current version reads it.
    pub(super) branch_keys: Vec<BranchKeyVersion>,
    /// For each version.
    pub(super) versions: Vec<FoundByVersion>,
}

/// What was found out about an item in one version.
#[derive(Default)]
pub(super) struct FoundByVersion {
    pub(super) is_readable: bool,
    /// The attributes that prevent reading, if they were searched for.
    pub(super) obstacles: Option<Vec<Named>>,
    pub(super) written_otherwise: Vec<Named>,
    pub(super) locked_out: Vec<String>,
}

impl Found {
    #[inline]
    pub(super) fn is_readable(&self) -> bool {
        self.versions.iter().any(|version| version.is_readable)
    }
}

impl Tallies {
    #[inline]
    pub(super) fn new(versions: usize) -> Self {
        Self {
            items: 0,
            plaintext: 0,
            unreadable: 0,
            mixed: 0,
            formats: BTreeMap::new(),
            unwritable: Vec::new(),
            branch_keys: BTreeMap::new(),
            outdated: 0,
            versions: vec![Tally::default(); versions],
        }
    }

    #[inline]
    pub(super) fn count_plaintext(&mut self) {
        self.items += 1;
        self.plaintext += 1;
    }

    /// Returns the versions that cannot read an item and for which obstacles are searched, of which each version has this
    /// many.
    #[inline]
    pub(super) fn unclear(&mut self, readable: &[bool], explained: usize) -> Vec<usize> {
        let mut unclear = Vec::new();
        for (number, (tally, readable)) in self.versions.iter_mut().zip(readable).enumerate() {
            if !readable && tally.looked_into < explained {
                tally.looked_into += 1;
                unclear.push(number);
            }
        }
        unclear
    }

    /// Counts an item once nothing can fail any more: failed items are visited again.
    #[inline]
    pub(super) fn count(&mut self, found: Found) {
        self.items += 1;
        self.unreadable += u64::from(!found.is_readable());
        let format = match found.formats[..] {
            [format] => Some(format),
            _ => None,
        };
        match format {
            Some(format) => *self.formats.entry(format).or_default() += 1,
            None => self.mixed += 1,
        }
        if let Some(error) = found.unwritable {
            self.count_unwritable(&error);
        }
        self.outdated += u64::from(found.branch_keys.iter().any(|key| key.is_active == Some(false)));
        for branch_key in found.branch_keys {
            self.count_branch_key(branch_key);
        }
        for (tally, found) in self.versions.iter_mut().zip(found.versions) {
            tally.count(found, format);
        }
    }

    #[inline]
    fn count_branch_key(&mut self, branch_key: BranchKeyVersion) {
        if self.branch_keys.len() < MAX_BRANCH_KEYS || self.branch_keys.contains_key(&branch_key) {
            *self.branch_keys.entry(branch_key).or_default() += 1;
        }
    }

    #[inline]
    fn count_unwritable(&mut self, error: &Error) {
        let is_same =
            |known: &&mut Unwritable| known.kind == error.kind() && known.attribute.as_deref() == error.attribute();
        if let Some(known) = self.unwritable.iter_mut().find(is_same) {
            known.items += 1;
        } else if self.unwritable.len() < MAX_REASONS {
            let (attribute, reason) = (error.attribute().map(str::to_owned), error.message().to_owned());
            self.unwritable.push(Unwritable { attribute, kind: error.kind(), reason, items: 1 });
        } else {
            self.unwritable.last_mut().into_iter().for_each(|last| last.count_another_reason());
        }
    }

    #[inline]
    pub(super) fn result(&self, readers: &[Arc<OlderVersion>]) -> ItemCheck {
        let mut unwritable = self.unwritable.clone();
        unwritable.sort_by(|one, other| one.attribute.cmp(&other.attribute));
        ItemCheck {
            versions: readers.iter().zip(&self.versions).map(|(reader, tally)| tally.result(&reader.name)).collect(),
            items: self.items,
            plaintext: self.plaintext,
            unreadable: self.unreadable,
            formats: self.formats.clone(),
            mixed: self.mixed,
            unwritable,
            branch_keys: self.branch_keys.iter().map(|(key, items)| BranchKeyCheck::new(key, *items)).collect(),
            outdated: self.outdated,
            ..ItemCheck::default()
        }
    }
}

impl Unwritable {
    /// The last entry counts all reasons beyond the maximum.
    #[inline]
    fn count_another_reason(&mut self) {
        self.attribute = None;
        self.reason = "there are more reasons than are listed; `on_left` receives all of them".to_owned();
        self.items += 1;
    }
}

impl Tally {
    #[inline]
    fn count(&mut self, found: FoundByVersion, format: Option<FormatKind>) {
        if found.is_readable {
            self.readable += 1;
            if let Some(format) = format {
                *self.formats.entry(format).or_default() += 1;
            }
        }
        for recipient in found.locked_out {
            *self.locked_out.entry(recipient).or_default() += 1;
        }
        for attribute in found.written_otherwise {
            *self.written_otherwise.entry(attribute).or_default() += 1;
        }
        if let Some(obstacles) = found.obstacles {
            self.unexplained += u64::from(obstacles.is_empty());
            for obstacle in obstacles {
                *self.obstacles.entry(obstacle).or_default() += 1;
            }
        }
    }

    #[inline]
    fn result(&self, name: &str) -> VersionCheck {
        let named = |attributes: &BTreeMap<Named, u64>| {
            attributes.iter().map(|(attribute, items)| Obstacle::new(attribute, *items)).collect()
        };
        VersionCheck {
            name: name.to_owned(),
            readable: self.readable,
            formats: self.formats.clone(),
            unexplained: self.unexplained,
            obstacles: named(&self.obstacles),
            written_otherwise: named(&self.written_otherwise),
            locked_out: self.locked_out.iter().map(|(recipient, items)| LockedOut::new(recipient, *items)).collect(),
        }
    }
}
