//! Rules about the primary key.

use proc_macro2::Ident;

use syn::LitStr;

use crate::ast::{Container, Field};
use crate::attr::{Action, Bare, Composite, FieldOption, Written};
use crate::ctxt::{Ctxt, mistake};

/// DynamoDB places and finds every item by its partition key, and there is exactly one.
pub(super) fn check_one_partition_key(ctxt: &Ctxt, container: &Container, fields: &[Field]) {
    let entity = &container.ident;
    let holders = holders(fields, Bare::PartitionKey);
    if let Some((composite, _)) = container.partition_composite() {
        report_others(ctxt, "partition", &name(composite), &holders);
    } else if let Some(((first, _), others)) = holders.split_first() {
        report_others(ctxt, "partition", &first.ident.to_string(), others);
    } else {
        ctxt.report(mistake(
            entity.span(),
            format_args!("`{entity}` has no partition key"),
            "DynamoDB finds every item by its partition key",
            "put `#[partition_key]` above the field that identifies the item",
        ));
    }
}

/// A table has at most one sort key.
pub(super) fn check_at_most_one_sort_key(ctxt: &Ctxt, container: &Container, fields: &[Field]) {
    let holders = holders(fields, Bare::SortKey);
    if let Some((composite, _)) = container.sort_composite() {
        report_others(ctxt, "sort", &name(composite), &holders);
    } else if let Some(((first, _), others)) = holders.split_first() {
        report_others(ctxt, "sort", &first.ident.to_string(), others);
    }
}

/// DynamoDB rejects a table whose two key attributes are the same.
pub(super) fn check_one_key_role(ctxt: &Ctxt, field: &Field) {
    if let (Some(_), Some(sort_key)) = (field.bare(Bare::PartitionKey), field.bare(Bare::SortKey)) {
        ctxt.report(mistake(
            sort_key.word.span(),
            format_args!("`{}` is already the partition key", field.ident),
            "partition key and sort key are two attributes",
            "remove `#[sort_key]`: a table needs none",
        ));
    }
}

/// The ciphertext of a key is different each time, so nothing stored under it could be found again. The format forbids it.
pub(super) fn check_key_is_not_encrypted(ctxt: &Ctxt, field: &Field) {
    report_key_action(
        ctxt,
        field,
        Action::Encrypt,
        "a key cannot be encrypted",
        "DynamoDB finds items by the stored value of their key, and encrypting the same value twice gives different \
         bytes",
    );
}

/// An unsigned key would let anyone who can write to the table pass one item off as another.
pub(super) fn check_key_is_signed(ctxt: &Ctxt, field: &Field) {
    report_key_action(
        ctxt,
        field,
        Action::DoNothing,
        "a key cannot be left unsigned",
        "anyone who can write to the table could move an item to another key, and it would still verify",
    );
}

/// DynamoDB rejects items without a key, so options for absent attributes have no effect.
pub(super) fn check_key_is_never_absent(ctxt: &Ctxt, field: &Field) {
    for option in key_options(field) {
        if matches!(option.value, FieldOption::Skip | FieldOption::SkipIf(_) | FieldOption::Default(_)) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a key cannot have `{}`", option.word),
                "a stored item always has its key",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// `KeyAttribute` determines how a key is stored, and already stores `Vec<u8>` as a binary.
pub(super) fn check_key_has_no_bytes_option(ctxt: &Ctxt, field: &Field) {
    for option in key_options(field) {
        if matches!(option.value, FieldOption::Bytes | FieldOption::Number) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a key does not need `{}`", option.word),
                "how a key is stored is decided by its type alone; `Vec<u8>` is stored as a binary",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// The table's schema determines how a key is stored, and follows from the type.
pub(super) fn check_key_has_no_with_option(ctxt: &Ctxt, field: &Field) {
    if let Some((_, word)) = field.with().filter(|_| field.is_key()) {
        ctxt.report(mistake(
            word.span(),
            "a key cannot have `with`",
            "how a key is stored is decided by its type alone, through `KeyAttribute`",
            "remove `with`, and implement `KeyAttribute` for the type, for example with `key_attribute!`",
        ));
    }
}

/// DynamoDB's keys are single values.
pub(super) fn check_key_is_no_set(ctxt: &Ctxt, field: &Field) {
    for option in key_options(field).filter(|option| matches!(option.value, FieldOption::Set)) {
        ctxt.report(mistake(
            option.word.span(),
            "a key cannot be a set",
            "DynamoDB's keys are strings, numbers or binaries",
            format_args!("remove `{}`, or the key's attribute", option.word),
        ));
    }
}

fn holders(fields: &[Field], role: Bare) -> Vec<(&Field, &Ident)> {
    fields.iter().filter_map(|field| Some((field, &field.bare(role)?.word))).collect()
}

fn name(composite: &Composite) -> String {
    composite.name().map(LitStr::value).unwrap_or_default()
}

fn report_others(ctxt: &Ctxt, kind: &str, first: &str, others: &[(&Field, &Ident)]) {
    for (_, word) in others {
        ctxt.report(mistake(
            word.span(),
            format_args!("a second {kind} key: `{first}` is one already"),
            format_args!("a table has one {kind} key"),
            "remove one of the two",
        ));
    }
}

fn report_key_action(ctxt: &Ctxt, field: &Field, forbidden: Action, what: &str, why: &str) {
    if !field.is_key() {
        return;
    }
    for (_, word) in field.actions().filter(|(action, _)| *action == forbidden) {
        ctxt.report(mistake(word.span(), what, why, format_args!("remove `#[{word}]`: a key is signed by itself")));
    }
}

fn key_options(field: &Field) -> impl Iterator<Item = &Written<FieldOption>> {
    field.options.iter().filter(|_| field.is_key())
}
