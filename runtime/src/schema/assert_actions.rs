//! The protection of an entity as text, for review.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use crate::item::key::KeyType;
use crate::schema::action::AttributeAction;
use crate::schema::beacon::BeaconSchema;
use crate::schema::entity::{EncryptedItem, IndexProjection, IndexScope, KeyDefinition, UnknownAttributes};

/// The prefix of lines about beacons.
const BEACON: &str = "beacon";

/// The environment variable that rewrites the files instead of comparing with them.
const BLESS: &str = "DYNASEAL_BLESS";

/// Panics unless the protection of an entity matches a committed text file.
///
/// The file lists names, actions, types, keys, indexes, other attributes and the wire format, one per line, so that
/// changing `#[encrypt]` to `#[do_nothing]` is visible when the file is reviewed. Its path is relative to the package's
/// folder. With `DYNASEAL_BLESS=1` in the environment, the file is written instead.
///
/// ```no_run
/// # use dynaseal::EncryptedItem;
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
/// }
///
/// # fn the_protection_matches_the_reviewed_one() {
/// // In a test:
/// dynaseal::assert_actions!(Employee, "tests/protection/employee.txt");
/// # }
/// ```
#[macro_export]
macro_rules! assert_actions {
    ($entity:ty, $path:expr $(,)?) => {
        $crate::__private::assert_actions::<$entity>(
            ::core::stringify!($entity),
            ::core::env!("CARGO_MANIFEST_DIR"),
            $path,
        )
    };
}

/// Compares with the file, or writes it.
///
/// # Panics
/// Panics if they differ, or if the file cannot be read or written.
#[track_caller]
#[expect(clippy::panic, reason = "it is an assertion")]
pub fn assert_actions<T: EncryptedItem>(entity: &str, package: &str, path: &str) {
    let outcome = check(&describe::<T>(entity), &Path::new(package).join(path), env::var_os(BLESS).is_some());
    if let Err(message) = outcome {
        panic!("{path}: {message}");
    }
}

fn check(found: &str, path: &Path, bless: bool) -> Result<(), String> {
    if bless {
        if let Some(name) = fs::read_to_string(path).ok().and_then(|pinned| changed_beacon(&pinned, found)) {
            return Err(format!(
                "the beacon {name} differs from this file. Items that are already stored would no longer be found: \
                 keep it, and give the changed beacon another name. If no items are stored, delete the file."
            ));
        }
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        return folder.and_then(|()| fs::write(path, found)).map_err(|error| format!("it cannot be written: {error}"));
    }
    let pinned = fs::read_to_string(path)
        .map_err(|error| format!("it cannot be read: {error}\nTo write it, run the test with {BLESS}=1."))?;
    if pinned.lines().eq(found.lines()) {
        return Ok(());
    }
    Err(format!(
        "the protection of the entity differs from this file:\n{}If that is intended, run the test with {BLESS}=1 and \
         have the change reviewed.",
        difference(&pinned, found)
    ))
}

/// Returns the name of a beacon that both have, and in different ways.
fn changed_beacon(pinned: &str, found: &str) -> Option<String> {
    fn beacons(text: &str) -> impl Iterator<Item = (&str, &str)> {
        text.lines().filter_map(|line| line.strip_prefix(BEACON)?.trim_start().split_once(": "))
    }
    let is_changed = |(name, what): &(&str, &str)| beacons(found).any(|(other, now)| other == *name && now != *what);
    beacons(pinned).find(is_changed).map(|(name, _)| name.to_owned())
}

/// Returns the removed and the added lines.
fn difference(pinned: &str, found: &str) -> String {
    let lines = |sign, these: &str, others: &str| -> String {
        let only_here = these.lines().filter(|line| !others.lines().any(|other| other == *line));
        only_here.map(|line| format!("  {sign} {line}\n")).collect()
    };
    match lines('-', pinned, found) + &lines('+', found, pinned) {
        none if none.is_empty() => "  the same lines in another order\n".to_owned(),
        some => some,
    }
}

fn describe<T: EncryptedItem>(entity: &str) -> String {
    let mut text = String::new();
    let mut line = |name: &str, what: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<14}{what}");
    };
    line("entity", entity.to_owned());
    line("wire format", formats::<T>().to_owned());
    line("logical table", T::LOGICAL_TABLE_NAME.unwrap_or("the name of the table").to_owned());
    line("partition key", key(T::KEY_SCHEMA.partition_key));
    if let Some(sort_key) = T::KEY_SCHEMA.sort_key {
        line("sort key", key(sort_key));
    }
    for index in T::INDEXES {
        let scope = match index.scope {
            IndexScope::Global => "global",
            IndexScope::Local => "local",
        };
        let keys: Vec<String> = std::iter::once(index.partition_key).chain(index.sort_key).map(key).collect();
        let projection = match index.projection {
            IndexProjection::All => "everything".to_owned(),
            IndexProjection::KeysOnly => "the keys".to_owned(),
            IndexProjection::Include(names) => format!("the keys, {}", names.join(", ")),
        };
        line("index", format!("{} by {}; {scope}; has {projection}", index.name, keys.join(", ")));
    }
    if let Some(discriminator) = T::DISCRIMINATOR {
        line("discriminator", format!("{} = {:?}", discriminator.attribute, discriminator.value));
    }
    if let Some(name) = T::TIME_TO_LIVE {
        line("time to live", name.to_owned());
    }
    for (name, attribute_action) in T::ACTIONS {
        let stored = T::TYPES.iter().find(|(known, _)| known == name).map_or("", |(_, stored)| stored);
        line("attribute", format!("{name}: {}; {stored}", action(*attribute_action)).trim_end_matches("; ").to_owned());
    }
    for (name, other_action) in T::OTHER_ATTRIBUTES {
        line("other", format!("{name}: {}", action(*other_action)));
    }
    if let Some(prefix) = T::UNSIGNED_PREFIX {
        line("unsigned", format!("names that begin with {prefix:?}"));
    }
    for beacon in T::beacons().iter().flat_map(BeaconSchema::lines) {
        line(BEACON, beacon);
    }
    line(
        "unknown",
        match T::UNKNOWN {
            UnknownAttributes::Action(unknown_action) => action(unknown_action).to_owned(),
            UnknownAttributes::Reject => "rejected".to_owned(),
        },
    );
    text
}

/// Returns the formats, of which the repository determines one.
fn formats<T: EncryptedItem>() -> &'static str {
    let is_included = |(_, action): &(_, _)| *action == AttributeAction::SignAndIncludeInEncryptionContext;
    if T::ACTIONS.iter().any(is_included) { "DB-ESDK" } else { "DDBEC or DB-ESDK" }
}

fn key(definition: KeyDefinition) -> String {
    let key_type = match definition.key_type {
        KeyType::String => "S",
        KeyType::Number => "N",
        KeyType::Binary => "B",
    };
    format!("{} ({key_type})", definition.name)
}

fn action(action: AttributeAction) -> &'static str {
    match action {
        AttributeAction::EncryptAndSign => "encrypted and signed",
        AttributeAction::SignOnly => "signed, readable",
        AttributeAction::SignAndIncludeInEncryptionContext => "signed, readable, in the encryption context",
        AttributeAction::DoNothing => "NOT PROTECTED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PINNED: &str = "attribute     name: encrypted and signed; String\nunknown       rejected\n";

    #[test]
    fn a_changed_beacon_fails_the_check() {
        use crate::schema::beacon::StandardBeacon;

        let pinned = |beacons: &[(&str, u8)]| {
            let beacons = beacons.iter().map(|(name, bits)| StandardBeacon::new(*name, *bits).location("email"));
            let schema = beacons.fold(BeaconSchema::new(), BeaconSchema::standard);
            let lines = schema.lines().into_iter().map(|line| format!("{BEACON:<14}{line}\n"));
            lines.collect::<String>() + PINNED
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("person.txt");
        check(&pinned(&[("email", 24)]), &path, true).unwrap();
        let message = check(&pinned(&[("email", 20)]), &path, true).unwrap_err();
        assert!(message.contains("the beacon email"), "{message}");
        assert!(check(&pinned(&[("email", 20)]), &path, false).is_err());
        check(&pinned(&[("email", 24), ("email_2", 20)]), &path, true).unwrap();
        check(&pinned(&[("email_2", 20)]), &path, true).unwrap();
    }

    #[test]
    fn a_changed_extension_fails_the_check() {
        use crate::schema::beacon::{BeaconStyle, StandardBeacon, Terms};

        let pinned = |style| {
            let beacon = StandardBeacon::new("email", 8).style(style).extension();
            format!("{BEACON:<14}{}\n{PINNED}", BeaconSchema::new().standard(beacon).lines().concat())
        };
        let width = |width| BeaconStyle::Buckets(std::num::NonZeroU64::MIN.saturating_add(width));
        let styles = [
            BeaconStyle::Plain,
            BeaconStyle::Terms(Terms::Words),
            BeaconStyle::Terms(Terms::Ngrams(3)),
            BeaconStyle::Terms(Terms::Ngrams(4)),
            BeaconStyle::Terms(Terms::Prefixes { shortest: 2, longest: 5 }),
            BeaconStyle::Terms(Terms::Prefixes { shortest: 2, longest: 6 }),
            width(9),
            width(10),
        ];
        let folder = tempfile::tempdir().unwrap();
        for (position, style) in styles.iter().enumerate() {
            let path = folder.path().join(format!("{position}.txt"));
            check(&pinned(style.clone()), &path, true).unwrap();
            check(&pinned(style.clone()), &path, false).unwrap();
            for other in styles.iter().filter(|other| *other != style) {
                let message = check(&pinned(other.clone()), &path, true).unwrap_err();
                assert!(message.contains("the beacon email"), "{message}");
            }
        }
    }

    #[test]
    fn differences_are_shown_line_by_line() {
        let found = PINNED.replace("encrypted and signed", "NOT PROTECTED");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/employee.txt");
        assert!(check(PINNED, &path, false).unwrap_err().contains("DYNASEAL_BLESS=1"));
        check(PINNED, &path, true).unwrap();
        check(PINNED, &path, false).unwrap();
        // An editor on another system changed the line endings.
        fs::write(&path, PINNED.replace('\n', "\r\n")).unwrap();
        check(PINNED, &path, false).unwrap();
        let message = check(&found, &path, false).unwrap_err();
        assert!(message.contains("  - attribute     name: encrypted and signed; String\n"), "{message}");
        assert!(message.contains("  + attribute     name: NOT PROTECTED; String\n"), "{message}");
        assert!(!message.contains("rejected"), "{message}");
        let reordered = "unknown       rejected\nattribute     name: encrypted and signed; String\n";
        assert!(check(reordered, &path, false).unwrap_err().contains("in another order"));
    }
}
