//! The grammar of `beacon(bits = 24, ..)` on a field, and of `beacon(name = last4, of = ssn, ..)` on a struct.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{LitStr, Token};

use super::form::{Form, form};
use super::number::{WholeNumber, number};
use super::parse::{flag, group, value};
use super::{Written, unknown_option};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A beacon and its options.
pub(crate) struct Beacon {
    pub(crate) options: Vec<Written<BeaconOption>>,
}

/// An option of a beacon.
pub(crate) enum BeaconOption {
    Name(Ident),
    Of(Source),
    Bits(WholeNumber),
    Lowercase,
    Uppercase,
    Prefix(WholeNumber),
    Suffix(WholeNumber),
    Shared(Ident),
    PartOnly,
    Partitions(WholeNumber),
    Extension,
    Form(Form),
}

/// The source of a beacon on a struct.
pub(crate) enum Source {
    Field(Ident),
    /// A path into a field: `address.city`.
    Path(LitStr),
}

/// A transform of the text before it is hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    Lower,
    Upper,
    Prefix(u64),
    Suffix(u64),
}

/// Parses `(bits = 24, ..)`, after the keyword `beacon` on a field.
pub(super) fn field_beacon(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Beacon> {
    beacon(ctxt, word, input, names::FIELD_BEACON_OPTIONS, "the beacon of a field", "bits = 24")
}

/// Parses `(name = last4, of = ssn, ..)`, after the keyword `beacon` on a struct.
pub(super) fn container_beacon(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Beacon> {
    let example = "name = last4, of = ssn, suffix = 4, bits = 10";
    beacon(ctxt, word, input, names::CONTAINER_BEACON_OPTIONS, "the beacon of a struct", example)
}

fn beacon(
    ctxt: &Ctxt,
    word: &Ident,
    input: ParseStream<'_>,
    known: &[&str],
    place: &str,
    example: &str,
) -> syn::Result<Beacon> {
    let options = group(ctxt, word, input, example, |word, input| match word.to_string().as_str() {
        name if !known.contains(&name) => Err(unknown_option(word, place, known)),
        names::NAME => name(word, input, "email_v2").map(BeaconOption::Name),
        names::OF => source(word, input).map(BeaconOption::Of),
        names::BITS => Ok(BeaconOption::Bits(bits(ctxt, word, input))),
        names::LOWERCASE => flag(word, input).map(|()| BeaconOption::Lowercase),
        names::UPPERCASE => flag(word, input).map(|()| BeaconOption::Uppercase),
        names::PREFIX => number(word, input).map(BeaconOption::Prefix),
        names::SUFFIX => number(word, input).map(BeaconOption::Suffix),
        names::SHARED => name(word, input, "email").map(BeaconOption::Shared),
        names::PART_ONLY => flag(word, input).map(|()| BeaconOption::PartOnly),
        names::PARTITIONS => number(word, input).map(BeaconOption::Partitions),
        names::EXTENSION => flag(word, input).map(|()| BeaconOption::Extension),
        _ => match form(word, input) {
            Some(form) => form.map(BeaconOption::Form),
            None => Err(unknown_option(word, place, known)),
        },
    })?;
    Ok(Beacon { options })
}

/// Parses the length. An invalid number is replaced by 1 after it was reported, so that no missing length is reported
/// as well.
fn bits(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> WholeNumber {
    number(word, input).unwrap_or_else(|error| {
        ctxt.report(error);
        while !input.is_empty() && !input.peek(Token![,]) && input.parse::<TokenTree>().is_ok() {}
        WholeNumber { value: 1, at: word.span() }
    })
}

fn name(word: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Ident> {
    let at = value(word, input, example)?;
    // A Rust keyword cannot be the name of a handle.
    input.parse::<Ident>().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes the name of a beacon, without quotes"),
            "a beacon has the name of its field, or an explicit name, which is also the name of its handle",
            format_args!("write `{word} = {example}`"),
        )
    })
}

fn source(word: &Ident, input: ParseStream<'_>) -> syn::Result<Source> {
    let at = value(word, input, "ssn")?;
    if input.peek(LitStr) {
        return input.parse().map(Source::Path);
    }
    input.call(Ident::parse_any).map(Source::Field).map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes a field, or the path of a value in one"),
            "it names the source of the beacon",
            format_args!("write `{word} = ssn`, or `{word} = \"address.city\"`"),
        )
    })
}

impl Beacon {
    fn find<'a, T>(&'a self, of: impl Fn(&'a BeaconOption) -> Option<T>) -> Option<(T, &'a Ident)> {
        self.options.iter().find_map(|option| Some((of(&option.value)?, &option.word)))
    }

    pub(crate) fn name(&self) -> Option<&Ident> {
        self.find(|option| if let BeaconOption::Name(name) = option { Some(name) } else { None }).map(|(name, _)| name)
    }

    pub(crate) fn of(&self) -> Option<&Source> {
        self.find(|option| if let BeaconOption::Of(source) = option { Some(source) } else { None }).map(|(of, _)| of)
    }

    pub(crate) fn bits(&self) -> Option<WholeNumber> {
        self.find(|option| if let BeaconOption::Bits(bits) = option { Some(*bits) } else { None }).map(|(bits, _)| bits)
    }

    pub(crate) fn shared(&self) -> Option<&Ident> {
        self.find(|option| if let BeaconOption::Shared(other) = option { Some(other) } else { None })
            .map(|(other, _)| other)
    }

    /// Returns the keyword `part_only`, if the beacon is only a part of others.
    pub(crate) fn part_only(&self) -> Option<&Ident> {
        self.find(|option| matches!(option, BeaconOption::PartOnly).then_some(())).map(|((), word)| word)
    }

    pub(crate) fn partitions(&self) -> Option<WholeNumber> {
        self.find(|option| if let BeaconOption::Partitions(count) = option { Some(*count) } else { None })
            .map(|(count, _)| count)
    }

    pub(crate) fn is_extension(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, BeaconOption::Extension))
    }

    /// Returns the transforms in the order in which they were written, with their keywords.
    pub(crate) fn transforms(&self) -> impl Iterator<Item = (Transform, &Ident)> {
        self.options.iter().filter_map(|option| {
            let transform = match &option.value {
                BeaconOption::Lowercase => Transform::Lower,
                BeaconOption::Uppercase => Transform::Upper,
                BeaconOption::Prefix(count) => Transform::Prefix(count.value),
                BeaconOption::Suffix(count) => Transform::Suffix(count.value),
                _ => return None,
            };
            Some((transform, &option.word))
        })
    }

    /// Returns what the beacon is made of instead of the value or the members of a set, with the keyword. More than one
    /// is an error.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (Form, &Ident)> {
        self.options.iter().filter_map(|option| match option.value {
            BeaconOption::Form(form) => Some((form, &option.word)),
            _ => None,
        })
    }

    /// Returns the first of them.
    pub(crate) fn form(&self) -> Option<(Form, &Ident)> {
        self.forms().next()
    }

    /// Returns the lengths of prefixes and suffixes, with their positions.
    pub(crate) fn cuts(&self) -> impl Iterator<Item = WholeNumber> {
        self.options.iter().filter_map(|option| match option.value {
            BeaconOption::Prefix(count) | BeaconOption::Suffix(count) => Some(count),
            _ => None,
        })
    }
}
