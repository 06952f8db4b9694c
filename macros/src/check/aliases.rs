//! Rules about other names of attributes.

use crate::ast::Field;
use crate::attr::Action;
use crate::ctxt::{Ctxt, mistake};
use crate::names::{ALIAS, VERSION};

/// An item is found by the name of its key, which never changes.
pub(super) fn check_key_has_no_alias(ctxt: &Ctxt, field: &Field) {
    if !field.is_key() {
        return;
    }
    for (_, word) in field.aliases() {
        ctxt.report(mistake(
            word.span(),
            format_args!("a key has one name, and no `{ALIAS}`"),
            "the names of key attributes are defined by the table",
            format_args!("remove `{ALIAS}`"),
        ));
    }
}

/// A write requires that the version under its own name is the one that was read.
pub(super) fn check_version_has_no_alias(ctxt: &Ctxt, field: &Field) {
    if !field.is_version() || field.is_key() {
        return;
    }
    for (_, word) in field.aliases() {
        ctxt.report(mistake(
            word.span(),
            format_args!("a `{VERSION}` has one name, and no `{ALIAS}`"),
            "every write is conditioned on the version that is stored under its own name",
            format_args!("remove `{ALIAS}`, or keep the name that the stored version has"),
        ));
    }
}

/// An update of an unsigned attribute would change it under its own name and leave the value under the alias; and the
/// encryption context contains the names of attributes.
pub(super) fn check_alias_suits_the_action(ctxt: &Ctxt, field: &Field) {
    if field.is_key() || field.is_skipped() || field.is_version() {
        return;
    }
    let why = match field.action() {
        Action::Encrypt | Action::SignOnly => return,
        Action::DoNothing => {
            "the server changes such an attribute in place, under its own name: a value stored under another name \
             would be lost"
        }
        Action::SignAndInclude => "the encryption context of an item has the name of each such attribute",
    };
    let action = field.action().name();
    for (_, word) in field.aliases() {
        ctxt.report(mistake(
            word.span(),
            format_args!("a `#[{action}]` field has one name, and no `{ALIAS}`"),
            why,
            format_args!("remove `{ALIAS}`, or write `#[sign_only]` above the field instead"),
        ));
    }
}
