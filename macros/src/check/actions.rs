//! Rules about attribute actions.

use crate::ast::{Container, Field};
use crate::attr::Action;
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// Choosing one of two actions could choose the weaker one.
pub(super) fn check_one_action(ctxt: &Ctxt, field: &Field) {
    // Actions that a key or a version cannot have are reported separately.
    let is_possible = |action: Action| match action {
        Action::SignOnly => true,
        Action::SignAndInclude => !field.is_version(),
        Action::Encrypt | Action::DoNothing => !field.is_key() && !field.is_version(),
    };
    let mut actions = field.actions().filter(|(action, _)| is_possible(*action));
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

/// With `require_explicit`, a reviewer sees the action of every field, including encrypted ones.
pub(super) fn check_action_is_explicit(ctxt: &Ctxt, container: &Container, field: &Field) {
    let goes_without_saying = field.is_key() || field.is_version() || field.is_skipped();
    if container.requires_explicit() && !goes_without_saying && field.actions().next().is_none() {
        ctxt.report(mistake(
            field.ident.span(),
            format_args!("`{}` has no explicit action", field.ident),
            format_args!("with `{}`, every field except for keys and the version has one", names::REQUIRE_EXPLICIT),
            format_args!(
                "put `#[{}]`, `#[{}]` or `#[{}]` above it",
                names::ENCRYPT,
                names::SIGN_ONLY,
                names::DO_NOTHING
            ),
        ));
    }
}
