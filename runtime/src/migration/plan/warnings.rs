//! What has to be known about the settings before the first step.

use crate::format::FormatKind;
use crate::migration::scope::scope_changes_between;
use crate::schema::action::AttributeAction;

use super::{Settings, keeps_beacons, of_java};

#[inline]
pub(super) fn warnings(old: &Settings<'_>, new: &Settings<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(reserved_names(old, new));
    warnings.extend(beacons(old, new));
    for (attribute, before, after) in scope_changes_between(old.actions, new.actions) {
        let attribute = attribute
            .map_or_else(|| "attributes without an action of their own".to_owned(), |name| format!("{name:?}"));
        let consequence = if before == AttributeAction::DoNothing {
            "its stored values are not verified, so the version needs `danger::accept_unsigned`"
        } else {
            "from step 2 on anyone who can write to the table can change it, and a value that was encrypted is readable"
        };
        warnings.push(format!("{attribute}: {} becomes {}; {consequence}", of_java(before), of_java(after)));
    }
    if old.actions.prefix() != new.actions.prefix() {
        warnings.push(
            "the prefix of unsigned attributes changes: no attribute that is stored may have either prefix".to_owned(),
        );
    }
    let formats = [old.format, new.format];
    if formats[0] != formats[1] {
        warnings.push(
            "from step 2 on, items have the current format of the AWS Database Encryption SDK or may have it: readers are \
             dynaseal and AWS's Java client with a legacy override"
                .to_owned(),
        );
        warnings.push(
            "items that grow beyond 400 KB, numbers of more than 38 digits, sets with duplicates and values nested more \
             than 32 levels deep cannot be moved to the current format; `check_items()` names them"
                .to_owned(),
        );
    }
    warnings
}

/// What becomes of unsigned beacons on items of the older format.
#[inline]
fn beacons(old: &Settings<'_>, new: &Settings<'_>) -> Option<String> {
    if keeps_beacons(old, new) {
        return Some(
            "items keep their beacons, and searches find them during the move: every program of every step needs the same beacons with \
             the same beacon keys, and `Ddbec::unsigned_beacons` where it writes the older format. What another program writes has none, \
             or former ones: `check_beacons` counts them, and `rebuild_beacons` repairs them after step 3"
                .to_owned(),
        );
    }
    (old.has_beacons && !new.has_beacons).then(|| {
        format!(
            "items in {:?} have no beacons, as it lacks `Ddbec::unsigned_beacons`: the move removes those that items have, a program \
             with beacons cannot write it, and a search misses what is written in it",
            new.name
        )
    })
}

/// Names that one of the formats cannot hold.
#[inline]
fn reserved_names(old: &Settings<'_>, new: &Settings<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for settings in [old, new] {
        let is_included = |action| action == AttributeAction::SignAndIncludeInEncryptionContext;
        let included = settings.actions.declared().filter(|(_, action)| is_included(*action));
        if settings.format != other(old, new, settings).format {
            for (name, _) in included {
                warnings.push(format!(
                    "{name:?} is in the encryption context in {:?}, which the other format does not have: make it SIGN_ONLY \
                     for the move",
                    settings.name
                ));
            }
        }
    }
    if new.format == FormatKind::Dbesdk {
        let is_reserved = |name: &&str| name.starts_with("aws_dbe_") || name.starts_with("aws-crypto-");
        let mut names: Vec<&str> = old.actions.declared().chain(new.actions.declared()).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names.iter().filter(|name| is_reserved(name)) {
            warnings.push(format!("the format reserves the name {name:?}: rename the attribute before step 1"));
        }
        if new.table_name.is_some_and(|name| name.starts_with("aws-crypto-")) {
            warnings.push(
                "the format reserves logical table names that begin with \"aws-crypto-\": choose another, as a change of \
                 its own"
                    .to_owned(),
            );
        }
    }
    warnings
}

#[inline]
fn other<'a, 'b>(old: &'a Settings<'b>, new: &'a Settings<'b>, one: &Settings<'_>) -> &'a Settings<'b> {
    if std::ptr::eq(old, one) { new } else { old }
}
