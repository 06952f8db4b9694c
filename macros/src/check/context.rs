//! Rules about attributes in the encryption context, and about those that are never signed.

use crate::ast::{Container, Field};
use crate::attr::{Action, FieldOption};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// Decryption needs the encryption context of an item, so every item must have all attributes in it.
pub(super) fn check_included_is_always_there(ctxt: &Ctxt, field: &Field) {
    let is_included = field.actions().any(|(action, _)| action == Action::SignAndInclude);
    // Actions that a key or a version cannot have are reported separately.
    if !is_included || field.is_key() || field.is_version() {
        return;
    }
    for option in &field.options {
        if matches!(option.value, FieldOption::SkipIf(_) | FieldOption::Set) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("`{}` cannot have `{}`: it is in the encryption context", field.ident, option.word),
                "every item must have the attributes that are in its encryption context, and an empty set is absent",
                format_args!("remove `{}`, or put `#[{}]` above `{}`", option.word, names::SIGN_ONLY, field.ident),
            ));
        }
    }
}

/// Every name begins with the empty prefix, so nothing would be protected.
pub(super) fn check_unsigned_prefix_is_not_empty(ctxt: &Ctxt, container: &Container) {
    if let Some(prefix) = container.unsigned_prefix()
        && prefix.value().is_empty()
    {
        ctxt.report(mistake(
            prefix.span(),
            format_args!("`{}` cannot be empty", names::UNSIGNED_PREFIX),
            "every name begins with an empty prefix, so no attribute would be protected",
            format_args!(
                "write what the names of unsigned attributes begin with: `{} = \":\"`",
                names::UNSIGNED_PREFIX
            ),
        ));
    }
}
