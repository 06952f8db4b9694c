//! Rules about combinations of attributes and options.

use std::collections::HashSet;

use crate::ast::Field;
use crate::attr::{FieldOption, Written};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// The second of two equal words is an error: another word may have been intended.
pub(super) fn check_attributes_once(ctxt: &Ctxt, field: &Field) {
    let mut seen = HashSet::new();
    for attribute in &field.bare {
        if !seen.insert(attribute.value) {
            ctxt.report(mistake(
                attribute.word.span(),
                format_args!("`#[{}]` is written twice", attribute.word),
                "once is enough; perhaps another attribute was meant",
                "remove one of the two",
            ));
        }
    }
}

/// One of two values for an option would be ignored. Only declarations can be repeated.
pub(super) fn check_options_once<T>(ctxt: &Ctxt, options: &[Written<T>]) {
    let mut seen = HashSet::new();
    for option in options {
        let word = option.word.to_string();
        if !names::REPEATABLE_OPTIONS.contains(&word.as_str()) && !seen.insert(word) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("`{}` is given twice", option.word),
                "only one of them could count",
                "remove one of the two",
            ));
        }
    }
}

/// A skipped field has no attribute, so it can only have a default.
pub(super) fn check_skipped_field_has_nothing_else(ctxt: &Ctxt, field: &Field) {
    // A skipped key is reported separately.
    if !field.is_skipped() || field.is_key() {
        return;
    }
    let attributes = field.bare.iter().map(|attribute| (&attribute.word, format!("#[{}]", attribute.word)));
    let options = field
        .options
        .iter()
        .filter(|option| !matches!(option.value, FieldOption::Skip | FieldOption::Default(_)))
        .map(|option| (&option.word, option.word.to_string()));
    for (word, text) in attributes.chain(options) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{text}` has no effect on a skipped field"),
            format_args!("with `{}`, `{}` is not stored at all", names::SKIP, field.ident),
            format_args!("remove `{text}`, or `{}`", names::SKIP),
        ));
    }
}

/// Each determines how the value is stored, so all except one would be ignored. A skipped field is reported separately.
pub(super) fn check_one_encoding(ctxt: &Ctxt, field: &Field) {
    if field.is_skipped() || field.is_key() {
        return;
    }
    let is_encoding = |option: &&Written<FieldOption>| {
        matches!(option.value, FieldOption::Bytes | FieldOption::Number | FieldOption::Set | FieldOption::With(_))
    };
    let mut encodings = field.options.iter().filter(is_encoding);
    let Some(first) = encodings.next() else { return };
    // A repeated option is reported separately.
    for option in encodings.filter(|option| option.word != first.word) {
        ctxt.report(mistake(
            option.word.span(),
            format_args!("`{}` and `{}` exclude each other", first.word, option.word),
            "each of them defines the stored form of the value",
            format_args!("remove one of the two; the functions of `{}` can store any value", names::WITH),
        ));
    }
}
