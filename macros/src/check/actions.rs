//! Rules about attribute actions.

use crate::ast::Field;
use crate::attr::Action;
use crate::ctxt::{Ctxt, mistake};

/// Picking one of two actions could pick the weaker one.
pub(super) fn check_one_action(ctxt: &Ctxt, field: &Field) {
    // What a key or a version may not have is reported as that.
    let is_signed = field.is_key() || field.is_version();
    let mut actions = field.actions().filter(|(action, _)| !is_signed || *action == Action::SignOnly);
    let Some((first, _)) = actions.next() else { return };
    for (_, word) in actions.filter(|(action, _)| *action != first) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{}` is already `#[{}]`", field.ident, first.name()),
            "an attribute is either encrypted and signed, or only signed, or left alone",
            format_args!("keep one of `#[{}]` and `#[{word}]`", first.name()),
        ));
    }
}
