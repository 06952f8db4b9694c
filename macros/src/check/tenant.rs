//! Rules about the attribute that identifies the tenant of an item.

use crate::ast::Field;
use crate::attr::{Action, FieldOption};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A keyring sees only the encryption context of an item.
pub(super) fn check_tenant_is_in_the_encryption_context(ctxt: &Ctxt, field: &Field) {
    let Some(word) = field.tenant() else { return };
    // Skipped fields have their own error.
    if field.is_key() || field.is_skipped() || field.action() == Action::SignAndInclude {
        return;
    }
    let at = field.actions().next().map_or(word, |(_, action)| action);
    ctxt.report(mistake(
        at.span(),
        format_args!("the tenant `{}` is not in the encryption context", field.ident),
        "the keyring chooses the tenant's key by the encryption context, which contains the primary key and the \
         included attributes",
        format_args!(
            "put `#[{}]` above `{}`, or make it a key with `#[{}]`",
            names::SIGN_AND_INCLUDE,
            field.ident,
            names::PARTITION_KEY
        ),
    ));
}

/// The name of a branch key is text.
pub(super) fn check_tenant_is_text(ctxt: &Ctxt, field: &Field) {
    if field.tenant().is_none() || field.is_skipped() {
        return;
    }
    for option in &field.options {
        let is_other = match option.value {
            FieldOption::Bytes | FieldOption::Number => !field.is_key(),
            FieldOption::Ttl => true,
            _ => false,
        };
        if is_other {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a tenant cannot have `{}`", option.word),
                "the tenant's key is named by a string, and this stores another type",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// An item is encrypted with one key.
pub(super) fn check_at_most_one_tenant(ctxt: &Ctxt, fields: &[Field]) {
    let mut holders = fields.iter().filter_map(|field| Some((field, field.tenant()?)));
    let Some((first, _)) = holders.next() else { return };
    for (_, word) in holders {
        ctxt.report(mistake(
            word.span(),
            format_args!("a second `{word}`: `{}` is one already", first.ident),
            "an item belongs to one tenant, whose key encrypts it",
            format_args!("remove `{word}` from one of the two"),
        ));
    }
}
