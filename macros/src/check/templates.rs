//! Rules about composite keys.

use std::fmt::Display;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::ast::{Container, Field, MadeKey};
use crate::attr::{self, Action, Bare, Composite, FieldOption, Template};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// An attribute needs a name, and its value needs a template.
pub(super) fn check_composite_is_complete(ctxt: &Ctxt, composite: &Composite, word: &Ident) {
    let missing = [(names::NAME, composite.name().is_none()), (names::TEMPLATE, composite.template().is_none())];
    for (option, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{word}` needs a `{option}`"),
            "it is a separate attribute, whose value is built from those of fields",
            format_args!("write `{word}({} = \"..\", {} = \"..\")`", names::NAME, names::TEMPLATE),
        ));
    }
}

/// With a constant partition key, all items would share the throughput of one partition.
pub(super) fn check_partition_key_is_not_constant(ctxt: &Ctxt, container: &Container) {
    if let Some(template) = container.partition_composite().and_then(|(composite, _)| composite.template())
        && !template.is_broken()
        && template.placeholders().next().is_none()
    {
        report(
            ctxt,
            template,
            "a partition key that is always the same",
            "DynamoDB spreads items by their partition key; these would all be in one place",
            "put the name of a field into the template, as in `USER#{user}`",
        );
    }
}

/// A template consists of fields of the entity, so that the key and the fields can be checked against each other.
pub(super) fn check_template_names_fields(ctxt: &Ctxt, container: &Container, template: &Template) {
    for placeholder in template.placeholders() {
        let name = &placeholder.field;
        if let Some(mistake) =
            no_such_field(container, name, template.literal.span(), "a key is built from the values of fields")
        {
            ctxt.report(mistake);
        }
    }
}

/// A key is not encrypted, so its parts cannot be either; and it is signed, so its parts have to be.
pub(super) fn check_template_fields_are_signed_in_plain(ctxt: &Ctxt, container: &Container, template: &Template) {
    for field in fields(container, template).filter(|field| !field.is_key()) {
        let name = &field.ident;
        match field.action() {
            Action::SignOnly | Action::SignAndInclude => {}
            Action::Encrypt => report(
                ctxt,
                template,
                format_args!("`{name}` is encrypted, so it cannot be part of a key"),
                "keys are stored unencrypted, and its value would be as well",
                format_args!("put `#[{}]` above the field `{name}` if its value may be seen", names::SIGN_ONLY),
            ),
            Action::DoNothing => report(
                ctxt,
                template,
                format_args!("`{name}` is not signed, so it cannot be part of a key"),
                "keys are signed; changing the field without the key would make the item unreadable",
                format_args!("put `#[{}]` above the field `{name}` instead", names::SIGN_ONLY),
            ),
        }
    }
}

/// The field's type determines the text in the key, as if the field were a key itself.
pub(super) fn check_template_fields_have_no_other_form(ctxt: &Ctxt, made: &MadeKey<'_>, container: &Container) {
    for field in fields(container, made.template).filter(|field| !field.is_key()) {
        for option in &field.options {
            let (is_wrong, why) = match option.value {
                FieldOption::Bytes | FieldOption::Number | FieldOption::Set | FieldOption::With(_) => {
                    (true, "how it is stored is decided by its type alone, through `KeyAttribute`")
                }
                FieldOption::Default(_) | FieldOption::SkipIf(_) => {
                    (made.is_primary, "a stored item always has its key, and all fields of the key")
                }
                FieldOption::Managed(_) => (true, "every write sets it, while the key of an item never changes"),
                FieldOption::Rename(_)
                | FieldOption::Alias(_)
                | FieldOption::Skip
                | FieldOption::Template(_)
                | FieldOption::Tenant
                | FieldOption::Ttl
                | FieldOption::Beacon(_) => (false, ""),
            };
            if is_wrong {
                ctxt.report(mistake(
                    option.word.span(),
                    format_args!("`{}` is part of a key, so it cannot have `{}`", field.ident, option.word),
                    why,
                    format_args!("remove `{}`", option.word),
                ));
            }
        }
    }
}

/// Only keys need templates; every other field is stored in its own form.
pub(super) fn check_field_template_is_that_of_a_key(ctxt: &Ctxt, container: &Container, field: &Field) {
    let Some((template, word)) = field.template() else { return };
    if template.is_broken() || field.is_skipped() && !field.is_key() {
        return;
    }
    if !field.is_key() {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{}` is not a key, so it cannot have a `{word}`", field.ident),
            "a template defines the stored form of a key; that of other fields is determined by their type",
            format_args!("remove `{word}`, or put `#[{}]` above the field", names::SORT_KEY),
        ));
        return;
    }
    // A name that is not a field is reported separately.
    check_template_names_fields(ctxt, container, template);
    let own = field.ident.unraw();
    let names: Vec<&str> = template.placeholders().map(|placeholder| placeholder.field.as_str()).collect();
    let fields = fields(container, template).count();
    if fields < names.len() && names.len() == 1 {
        return;
    }
    if names.iter().all(|name| own != name) {
        report(
            ctxt,
            template,
            format_args!("the template of `{}` lacks `{{{own}}}`", field.ident),
            "the attribute is that of the field, which is read back from it",
            match names.is_empty() {
                true => {
                    format!("write `{{{own}}}` into the template, as in `\"{}#{{{own}}}\"`", template.literal.value())
                }
                false => format!("write `{{{own}}}` into the template, and no other field"),
            },
        );
    } else if fields > 1 {
        report(
            ctxt,
            template,
            format_args!("this template is not of `{}` alone", field.ident),
            "the attribute is that of the field, which is read back from it",
            format_args!(
                "write `{{{}}}` once, or build the key from several fields by `{}(..)` above the struct",
                field.ident.unraw(),
                if field.bare(Bare::PartitionKey).is_some() { names::PARTITION_KEY } else { names::SORT_KEY },
            ),
        );
    }
}

/// Returns the error of a name, if no stored field has it.
pub(super) fn no_such_field(container: &Container, name: &str, at: Span, why: &str) -> Option<syn::Error> {
    let names: Vec<String> = container.stored_fields().map(|field| field.ident.unraw().to_string()).collect();
    if names.iter().any(|known| known == name) {
        return None;
    }
    let is_skipped = container.fields.iter().flatten().any(|field| field.ident.unraw() == name);
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match attr::closest(name, &known).filter(|_| !is_skipped) {
        Some(meant) => format!("write `{meant}`"),
        None => format!("name one of {}", attr::list(&known)),
    };
    let what = if is_skipped { format!("`{name}` is not stored") } else { format!("there is no field `{name}`") };
    Some(mistake(at, what, why, help))
}

/// Returns the stored fields that a template names.
fn fields<'a>(container: &'a Container, template: &'a Template) -> impl Iterator<Item = &'a Field> {
    template
        .placeholders()
        .filter_map(|placeholder| container.stored_fields().find(|field| field.ident.unraw() == placeholder.field))
}

fn report(ctxt: &Ctxt, template: &Template, what: impl Display, note: impl Display, help: impl Display) {
    ctxt.report(mistake(template.literal.span(), what, note, help));
}
