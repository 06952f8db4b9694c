//! Rules about managed attributes: the version and the timestamps.

use crate::ast::Field;
use crate::attr::{Action, FieldOption, Managed};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A key that changes is the key of another item.
pub(super) fn check_key_is_not_managed(ctxt: &Ctxt, field: &Field) {
    for (_, word) in field.managed().filter(|_| field.is_key()) {
        ctxt.report(mistake(
            word.span(),
            format_args!("a key cannot be `{word}`"),
            "every write sets it, while the key of an item never changes",
            "move it to a separate field",
        ));
    }
}

/// The second value would overwrite the first.
pub(super) fn check_one_managed_value(ctxt: &Ctxt, field: &Field) {
    let mut managed = field.managed();
    let Some((first, _)) = managed.next() else { return };
    // A repeated option is reported separately.
    for (_, word) in managed.filter(|(managed, _)| *managed != first) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{}` and `{word}` on one field", first.name()),
            "writing sets a field to one thing only",
            format_args!("move `{word}` to a separate field"),
        ));
    }
}

/// DynamoDB compares the stored version with the expected one, and cannot read ciphertext.
pub(super) fn check_version_is_readable(ctxt: &Ctxt, field: &Field) {
    report_version_action(
        ctxt,
        field,
        Action::Encrypt,
        "a version cannot be encrypted",
        "a write succeeds only if the stored version is the expected one, and DynamoDB can only compare unencrypted \
         attributes",
    );
}

/// An attacker who can reset a version can make an older item overwrite a newer one.
pub(super) fn check_version_is_signed(ctxt: &Ctxt, field: &Field) {
    report_version_action(
        ctxt,
        field,
        Action::DoNothing,
        "a version cannot be left unsigned",
        "anyone who can write to the table could set it back, and an outdated write would succeed",
    );
}

/// The encryption context consists of attributes that every item has.
pub(super) fn check_version_is_not_included(ctxt: &Ctxt, field: &Field) {
    report_version_action(
        ctxt,
        field,
        Action::SignAndInclude,
        "a version cannot be in the encryption context",
        "it is absent until the item is written, and attributes in the encryption context are required",
    );
}

/// A version is a number, and absent if it is 0, so other encodings would have no effect.
pub(super) fn check_version_has_no_other_form(ctxt: &Ctxt, field: &Field) {
    // Options that a key cannot have either are reported separately.
    for option in field.options.iter().filter(|_| field.is_version() && !field.is_key()) {
        if matches!(
            option.value,
            FieldOption::Default(_)
                | FieldOption::SkipIf(_)
                | FieldOption::Template(_)
                | FieldOption::Bytes
                | FieldOption::Number
                | FieldOption::Set
                | FieldOption::With(_)
                | FieldOption::Ttl
        ) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a version cannot have `{}`", option.word),
                "a version is stored as a number; an absent one is 0, which means that the item was never written",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// Only one of two versions could be checked, and two timestamps would always be equal.
pub(super) fn check_each_managed_value_once(ctxt: &Ctxt, fields: &[Field]) {
    for kind in Managed::ALL {
        let mut holders = fields.iter().filter_map(|field| {
            let (_, word) = field.managed().find(|(managed, _)| *managed == kind)?;
            Some((field, word))
        });
        let Some((first, _)) = holders.next() else { continue };
        for (_, word) in holders {
            ctxt.report(mistake(
                word.span(),
                format_args!("a second `{word}`: `{}` is one already", first.ident),
                "an entity has at most one of each",
                format_args!("remove `{word}` from one of the two"),
            ));
        }
    }
}

fn report_version_action(ctxt: &Ctxt, field: &Field, forbidden: Action, what: &str, why: &str) {
    if !field.is_version() || field.is_key() {
        return;
    }
    for (_, word) in field.actions().filter(|(action, _)| *action == forbidden) {
        ctxt.report(mistake(
            word.span(),
            what,
            why,
            format_args!("remove `#[{word}]`: a field with `{}` is signed by default", names::VERSION),
        ));
    }
}
