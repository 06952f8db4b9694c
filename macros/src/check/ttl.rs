//! Rules about the time to live.

use crate::ast::Field;
use crate::attr::{Action, FieldOption};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// DynamoDB compares the stored time, and would never delete an item with ciphertext there.
pub(super) fn check_ttl_is_readable(ctxt: &Ctxt, field: &Field) {
    let Some(word) = field.ttl() else { return };
    // Actions that a key cannot have are reported separately.
    if field.is_key() || field.is_skipped() || field.action() != Action::Encrypt {
        return;
    }
    let at = field.actions().next().map_or(word, |(_, action)| action);
    ctxt.report(mistake(
        at.span(),
        "a time to live cannot be encrypted",
        "DynamoDB deletes the item once the stored time has passed, and can only compare unencrypted attributes",
        format_args!("put `#[{}]` or `#[{}]` above `{}`", names::SIGN_ONLY, names::DO_NOTHING, field.ident),
    ));
}

/// DynamoDB accepts no other form of a time.
pub(super) fn check_ttl_has_no_other_form(ctxt: &Ctxt, field: &Field) {
    if field.ttl().is_none() || field.is_skipped() {
        return;
    }
    // Options that a key cannot have are reported separately.
    for option in
        field.options.iter().filter(|option| !field.is_key() || matches!(option.value, FieldOption::Template(_)))
    {
        if matches!(
            option.value,
            FieldOption::Bytes
                | FieldOption::Number
                | FieldOption::Set
                | FieldOption::With(_)
                | FieldOption::Template(_)
        ) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a time to live cannot have `{}`", option.word),
                "DynamoDB only understands a number of seconds since the Unix epoch, which is how its type is stored",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// A table has one time-to-live attribute.
pub(super) fn check_at_most_one_ttl(ctxt: &Ctxt, fields: &[Field]) {
    let mut holders = fields.iter().filter_map(|field| Some((field, field.ttl()?)));
    let Some((first, _)) = holders.next() else { return };
    for (_, word) in holders {
        ctxt.report(mistake(
            word.span(),
            format_args!("a second `{word}`: `{}` is one already", first.ident),
            "a table has one attribute by which DynamoDB deletes items",
            format_args!("remove `{word}` from one of the two"),
        ));
    }
}
