//! What each client is deployed with.

use crate::format::FormatKind::{self, Dbesdk, Ddbec};

use super::{Deployment, Settings};

const FORCE: &str = "FORCE_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT";
const FORBID_ENCRYPT: &str = "FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT";

const PURPOSES: [&str; 4] = [
    "every service reads both forms, and writes the old one",
    "every service writes the new form, and still reads both",
    "the remaining items are moved",
    "the old form is no longer read",
];

/// What a service does with the two forms in each step.
const MODES: [Mode; 4] = [Mode::WritesOld, Mode::WritesNew, Mode::Moves, Mode::ReadsNew];

#[derive(Clone, Copy)]
enum Mode {
    WritesOld,
    WritesNew,
    Moves,
    ReadsNew,
}

#[inline]
pub(super) fn deployments(old: &Settings<'_>, new: &Settings<'_>) -> [Deployment; 4] {
    let mut purposes = PURPOSES.into_iter();
    MODES.map(|mode| Deployment {
        purpose: purposes.next().unwrap_or_default(),
        rust: rust(mode, old, new),
        new_java: new_java(mode, old.format, new.format),
        old_java: of_older_clients(mode, old.format, new.format, "the Java client 3.x or by dynaseal"),
        python: of_older_clients(mode, old.format, new.format, "dynaseal or the Java client 3.x"),
        undo: undo(mode, old, new),
    })
}

#[inline]
fn rust(mode: Mode, old: &Settings<'_>, new: &Settings<'_>) -> String {
    let (old_keys, new_keys) = (old.keys(), new.keys());
    let version = |settings: &Settings<'_>| format!("`.also_reads({:?})`", settings.name);
    match mode {
        Mode::WritesOld => format!("the struct as before, {old_keys}, {}", version(new)),
        Mode::WritesNew => format!("the struct with the new actions, {new_keys}, {}", version(old)),
        Mode::Moves => format!(
            "as in step 2. From one place: `check_items()` and `reencrypt().dry_run()` name what cannot be moved; then \
             `reencrypt().checkpoint(file)`, until the report is complete. Keep the file. Then deploy {} with \
             `.until(now)`",
            version(old)
        ),
        Mode::ReadsNew => {
            format!("{new_keys} alone, once `check_items()` finds no item of {:?}; then retire its keys", old.name)
        }
    }
}

#[inline]
fn new_java(mode: Mode, old: FormatKind, new: FormatKind) -> String {
    let legacy = |policy: &str| {
        format!("`legacyOverride` with the policy {policy}, the old client's encryptor and `attributeActionsOnEncrypt`")
    };
    match (old, new, mode) {
        (Ddbec, Dbesdk, Mode::WritesOld) => legacy(FORCE),
        (Ddbec, Dbesdk, Mode::WritesNew) | (Dbesdk, Ddbec, Mode::WritesOld) => legacy(FORBID_ENCRYPT),
        (Dbesdk, Ddbec, Mode::WritesNew) => legacy(FORCE),
        (Ddbec, Dbesdk, Mode::ReadsNew) => "without `legacyOverride`".to_owned(),
        (Dbesdk, Ddbec, Mode::ReadsNew) => format!("{}, or the older Java client", legacy(FORCE)),
        (Dbesdk, Dbesdk, Mode::WritesOld) => {
            "a multi-keyring: the old generator, and the new keyring as a child".to_owned()
        }
        (Dbesdk, Dbesdk, Mode::WritesNew) => {
            "a multi-keyring: the new generator, and the old keyring as a child".to_owned()
        }
        (Dbesdk, Dbesdk, Mode::ReadsNew) => "the new keyring alone".to_owned(),
        (Ddbec, Ddbec, Mode::WritesOld | Mode::WritesNew) => {
            "must not be in use: its legacy override reads one form of the older format".to_owned()
        }
        (Ddbec, Ddbec, Mode::ReadsNew) => legacy(FORCE),
        (_, _, Mode::Moves) => "as in step 2".to_owned(),
    }
}

/// The clients that know one form of the older format and nothing else.
#[inline]
fn of_older_clients(mode: Mode, old: FormatKind, new: FormatKind, successor: &str) -> String {
    match (old, new, mode) {
        (Ddbec, _, Mode::WritesOld) => {
            format!("may still run. It cannot read the new form: replace it by {successor} before step 2")
        }
        (Ddbec | Dbesdk, Dbesdk, _) | (Ddbec, Ddbec, Mode::WritesNew | Mode::Moves) => "must not be in use".to_owned(),
        (Ddbec, Ddbec, Mode::ReadsNew) => "may be in use, with the new keys and actions".to_owned(),
        (Dbesdk, Ddbec, Mode::ReadsNew) => "may be in use, with the keys and actions of the new version".to_owned(),
        (Dbesdk, Ddbec, _) => "must not be in use before step 4".to_owned(),
    }
}

#[inline]
fn undo(mode: Mode, old: &Settings<'_>, new: &Settings<'_>) -> String {
    let back = format!(
        "`reencrypt().also_reads({:?})` of a repository that writes {:?}, with a checkpoint of its own",
        new.name, old.name
    );
    match mode {
        Mode::WritesOld => "deploy what was there before: nothing that is stored has changed".to_owned(),
        Mode::WritesNew => "deploy step 1 again, which reads what was written meanwhile".to_owned(),
        Mode::Moves => {
            format!("interrupt it; items of both forms are read. To move all items back: step 1, then {back}")
        }
        Mode::ReadsNew => format!(
            "deploy step 2 again while the keys of {:?} exist; to leave {:?} altogether: step 1, then {back}",
            old.name, new.name
        ),
    }
}
