//! Attributes that become signed or unsigned when an item moves.

use std::sync::Arc;

use crate::schema::action::{AttributeAction, AttributeActions};
use crate::table::Table;
use crate::table::schema_version::OlderVersion;

/// An attribute that is signed in an older version and not in the current one, or the reverse.
///
/// One that becomes signed was chosen by anyone who could write to the table, and its version is rejected unless
/// [`danger::accept_unsigned`](crate::danger::accept_unsigned) permits it. One that becomes unsigned can be changed by
/// anyone from then on, and if it was encrypted, it becomes readable. Other clients that read the table have to be
/// configured in the same way before the first item is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeChange {
    /// The name of the older version.
    pub version: String,
    /// The name of the attribute; `None` for all that have no action of their own.
    pub attribute: Option<String>,
    /// The action in the older version.
    pub before: AttributeAction,
    /// The action in the current version.
    pub after: AttributeAction,
}

/// Returns what becomes signed or unsigned when items of these versions move to the current one.
#[inline]
pub(super) fn scope_changes<'a>(
    table: &Table,
    versions: impl Iterator<Item = &'a Arc<OlderVersion>>,
) -> Vec<ScopeChange> {
    versions.flat_map(|version| changes_of(table, version)).collect()
}

#[inline]
fn changes_of(table: &Table, version: &OlderVersion) -> Vec<ScopeChange> {
    let changes = scope_changes_between(&version.actions, &table.actions).into_iter();
    let change = |(attribute, before, after)| ScopeChange { version: version.name.clone(), attribute, before, after };
    changes.map(change).collect()
}

/// Returns the attributes that are signed under one of these actions only; `None` for all without an action of their own.
#[inline]
pub(super) fn scope_changes_between(
    older: &AttributeActions,
    current: &AttributeActions,
) -> Vec<(Option<String>, AttributeAction, AttributeAction)> {
    let mut names: Vec<&str> = older.declared().chain(current.declared()).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    let of_names = names.into_iter().map(|name| (Some(name.to_owned()), older.action(name), current.action(name)));
    let of_others = (None, older.default_action(), current.default_action());
    let is_unsigned = |action| action == AttributeAction::DoNothing;
    of_names.chain([of_others]).filter(|(_, before, after)| is_unsigned(*before) != is_unsigned(*after)).collect()
}
