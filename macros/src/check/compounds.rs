//! Rules about compound beacons.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::ast::Container;
use crate::attr::{Action, Compound, PrefixedPart};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A compound beacon needs a name to be stored, and a separator between its parts.
pub(super) fn check_compound_is_complete(ctxt: &Ctxt, compound: &Compound, word: &Ident) {
    for (is_there, option, example) in [
        (compound.name().is_some(), names::NAME, "name = team_badge"),
        (compound.split().is_some(), names::SPLIT, "split = '^'"),
        (compound.parts().next().is_some(), "parts", "signed(team = \"T-\"), encrypted(badge = \"B-\")"),
    ] {
        if !is_there {
            ctxt.report(mistake(
                word.span(),
                format_args!("a compound beacon needs its {option}"),
                "it is several values in one text, each behind a prefix, with a character between them",
                format_args!("add `{example}`"),
            ));
        }
    }
}

/// A signed part is stored in plaintext, and an encrypted one as the hash of a beacon.
pub(super) fn check_parts_are_what_they_are_called(ctxt: &Ctxt, container: &Container, compound: &Compound) {
    for part in compound.signed() {
        let (what, help) = match container.stored_field(&part.field) {
            None => ("is not a stored field", "name a key, or a field with `#[sign_only]`"),
            Some(field) if field.is_key() => continue,
            Some(field) if matches!(field.action(), Action::SignOnly | Action::SignAndInclude) => continue,
            Some(field) if field.action() == Action::Encrypt => (
                "is encrypted, and a signed part is readable",
                "move it to `encrypted(..)` and give the field a beacon, or put `#[sign_only]` above it",
            ),
            Some(_) => ("is not signed", "put `#[sign_only]` above the field"),
        };
        report_part(ctxt, part, what, help);
    }
    for part in compound.encrypted() {
        let (what, help) = match container.named_beacon(&part.field) {
            None => (
                "has no beacon",
                "give the field `#[item(beacon(bits = 24))]`, with `part_only` if it is never searched alone",
            ),
            Some(declared) if declared.is_set() => ("is a set, and a part is one value", "leave it out"),
            Some(declared) if declared.beacon.form().is_some() => (
                "has no beacon of its whole value",
                "leave it out, or name another beacon of the field: `beacon(name = .., of = .., bits = ..)` above the struct",
            ),
            Some(_) => continue,
        };
        report_part(ctxt, part, what, help);
    }
}

fn report_part(ctxt: &Ctxt, part: &PrefixedPart, what: &str, help: &str) {
    ctxt.report(mistake(
        part.field.span(),
        format_args!("`{}` {what}", part.field),
        "the signed parts of a compound beacon are stored readable, and the encrypted ones as the hashes of their beacons",
        help,
    ));
}

/// The prefix of a part identifies it.
pub(super) fn check_prefixes_tell_parts_apart(ctxt: &Ctxt, compound: &Compound) {
    let split = compound.split().map(|split| split.value());
    let parts: Vec<&PrefixedPart> = compound.parts().collect();
    let mut seen = HashSet::new();
    for (position, part) in parts.iter().enumerate() {
        let prefix = part.prefix.value();
        let earlier = parts.iter().take(position);
        let clash = earlier
            .map(|other| other.prefix.value())
            .find(|other| prefix.starts_with(other.as_str()) || other.starts_with(prefix.as_str()));
        let what = match clash {
            _ if prefix.is_empty() => "a prefix cannot be empty".to_owned(),
            _ if split.is_some_and(|split| prefix.contains(split)) => {
                format!("the prefix `{prefix}` contains the character between the parts")
            }
            Some(other) => format!("one of the prefixes `{other}` and `{prefix}` begins with the other"),
            None if part.field == "prefix" => {
                ctxt.report(mistake(
                    part.field.span(),
                    "a part cannot be called `prefix`",
                    "the values of the beacon have a function of that name, for the beginnings of values",
                    "rename the field; its attribute can keep its name with `rename`",
                ));
                continue;
            }
            None if !seen.insert(part.field.unraw()) => {
                ctxt.report(mistake(
                    part.field.span(),
                    format_args!("`{}` is a part of this beacon already", part.field),
                    "each part has one prefix, so that its values can be found",
                    "remove one of the two",
                ));
                continue;
            }
            None => continue,
        };
        ctxt.report(mistake(
            part.prefix.span(),
            what,
            "the prefix of a piece of the beacon identifies its part",
            "choose a prefix such as `T-`, which no other prefix of the beacon begins with",
        ));
    }
}

/// The present parts of an item must determine its constructor.
pub(super) fn check_constructors_differ(ctxt: &Ctxt, compound: &Compound) {
    let mut required_sets = HashSet::new();
    for (parts, word) in compound.constructors() {
        let mut seen = HashSet::new();
        for part in parts {
            let what = if !compound.parts().any(|known| known.field.unraw() == part.field.unraw()) {
                format!("`{}` is not a part of this beacon", part.field)
            } else if !seen.insert(part.field.unraw()) {
                format!("`{}` is in this constructor twice", part.field)
            } else {
                continue;
            };
            ctxt.report(mistake(
                part.field.span(),
                what,
                "a constructor puts parts of the beacon together, each once",
                format_args!("name parts of `{}(..)` and `{}(..)`", names::SIGNED, names::ENCRYPTED),
            ));
        }
        let mut required: Vec<String> =
            parts.iter().filter(|part| part.is_required).map(|part| part.field.unraw().to_string()).collect();
        required.sort();
        let what = if required.is_empty() {
            "a constructor without a required part"
        } else if !required_sets.insert(required) {
            "a second constructor with the same required parts"
        } else {
            continue;
        };
        ctxt.report(mistake(
            word.span(),
            what,
            "an item gets its beacon from the first constructor whose required parts it has",
            format_args!("require another part, or mark the parts of one constructor `{}(..)`", names::OPTIONAL),
        ));
    }
}

/// A compound beacon is stored under its name, and a function of that name creates its values.
pub(super) fn check_compound_name_is_free(ctxt: &Ctxt, container: &Container, compound: &Compound) {
    let Some(name) = compound.name() else { return };
    let text = name.unraw().to_string();
    let field = container.stored_fields().find(|field| field.attribute_name().0 == text || field.ident.unraw() == text);
    let named = |other: &Compound| other.name().is_some_and(|other| other.unraw() == text);
    let what = if text.starts_with(names::BEACON_PREFIX) {
        format!("`{text}` is a reserved name")
    } else if let Some(field) = field {
        format!("the name `{text}` is taken by the field `{}`", field.ident)
    } else if container.beacons().any(|declared| declared.name().is_some_and(|(other, _)| other == text)) {
        format!("a second beacon `{text}`")
    } else if container
        .compounds()
        .take_while(|(other, _)| !std::ptr::eq(*other, compound))
        .any(|(other, _)| named(other))
    {
        format!("a second compound beacon `{text}`")
    } else if ["fields", "indexes", "key", "to_item", "from_item", "to_written", "set_managed", "beacons"]
        .contains(&text.as_str())
    {
        format!("`{text}` is a function of every entity")
    } else {
        return;
    };
    ctxt.report(mistake(
        name.span(),
        what,
        "a compound beacon is stored under its name, and a function of that name creates the values to search for",
        format_args!("choose another `{} = ..`", names::NAME),
    ));
}
