//! Rules about beacons of prefixes, words, n-grams and buckets.

use std::fmt::Display;
use std::ops::RangeInclusive;

use proc_macro2::Ident;

use crate::ast::DeclaredBeacon;
use crate::attr::{Form, WholeNumber};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// The most lengths of prefixes, each of which is a hash in every item.
const MAX_PREFIXES: u64 = 25;
/// The numbers of characters of prefixes.
const PREFIXES: RangeInclusive<u64> = 1..=255;
/// The numbers of characters of n-grams.
const NGRAMS: RangeInclusive<u64> = 2..=8;

/// What AWS's clients do not have is named so.
pub(super) fn check_form_is_called_an_extension(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some((_, word)) = declared.beacon.form().filter(|_| !declared.beacon.is_extension()) else { return };
    ctxt.report(mistake(
        word.span(),
        format_args!("`{word}` needs `{}` beside it", names::EXTENSION),
        "AWS's clients have no such beacons: they ignore them, and lose them when they write an item",
        format_args!("add `{}` if only dynaseal writes the items, or remove `{word}`", names::EXTENSION),
    ));
}

/// One beacon answers one kind of question.
pub(super) fn check_one_form(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let mut forms = declared.beacon.forms();
    let Some((_, first)) = forms.next() else { return };
    // A repeated option is reported separately.
    for (_, word) in forms.filter(|(_, word)| *word != first) {
        exclude(
            ctxt,
            first,
            word,
            "one beacon has the hashes of one kind",
            "declare a second beacon above the struct for one of them",
        );
    }
}

/// Such a beacon is neither compared with others nor a part of others, and is made of the whole value.
pub(super) fn check_form_suits_the_other_options(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some((form, first)) = declared.beacon.form() else { return };
    let remove = format!("remove one of the two, or declare a second beacon above the struct: `{}(..)`", names::BEACON);
    let alone = [names::SHARED, names::PART_ONLY];
    let cuts = [names::PREFIX, names::SUFFIX];
    let cases = [names::LOWERCASE, names::UPPERCASE];
    for word in declared.beacon.options.iter().map(|option| &option.word) {
        let is_among = |words: &[&str]| words.iter().any(|known| word == known);
        let why = match form.is_of_terms() {
            _ if is_among(&alone) => "such a beacon is only searched by itself",
            true if is_among(&cuts) => "the beacon is made of pieces of the whole text",
            false if is_among(&cuts) || is_among(&cases) => {
                "only numbers have buckets, and numbers are not transformed"
            }
            _ => continue,
        };
        exclude(ctxt, first, word, why, &remove);
    }
}

fn exclude(ctxt: &Ctxt, first: &Ident, word: &Ident, why: impl Display, help: impl Display) {
    ctxt.report(mistake(word.span(), format_args!("`{first}` and `{word}` exclude each other"), why, help));
}

/// Only the module knows whether it stores a number.
pub(super) fn check_buckets_are_of_a_known_form(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    let Some((Form::Buckets(_), word)) = declared.beacon.form() else { return };
    if declared.path().is_none() && declared.field.is_some_and(|field| field.with().is_some()) {
        ctxt.report(mistake(
            word.span(),
            format_args!("`{word}` cannot be of what a module stores"),
            format_args!("only the module of `{}` knows whether it stores numbers in their order", names::WITH),
            format_args!(
                "remove `{word}`, or let the type of the field determine the stored form: a number, or a decimal with `{}`",
                names::NUMBER
            ),
        ));
    }
}

/// Every hash is stored in every item, and tells something about it.
pub(super) fn check_form_is_within_limits(ctxt: &Ctxt, declared: &DeclaredBeacon<'_>) {
    match declared.beacon.form() {
        Some((Form::Prefixes(shortest, longest), _)) => check_prefixes(ctxt, shortest, longest),
        Some((Form::Ngrams(length), _)) if !NGRAMS.contains(&length.value) => ctxt.report(mistake(
            length.at,
            format_args!("n-grams cannot have {} characters", length.value),
            "they have 2 to 8: one character has too few values, and shorter texts than an n-gram are not found",
            format_args!("write `{} = 3`", names::NGRAMS),
        )),
        Some((Form::Buckets(width), _)) if width.value == 0 => ctxt.report(mistake(
            width.at,
            "a bucket of no numbers",
            "the width of a bucket is the number of whole numbers that share a hash",
            format_args!("write a width of which a range spans few, up to 100, such as `{} = 500`", names::BUCKETS),
        )),
        _ => {}
    }
}

fn check_prefixes(ctxt: &Ctxt, shortest: WholeNumber, longest: WholeNumber) {
    let count = longest.value.saturating_sub(shortest.value).saturating_add(1);
    let (at, what) = if let Some(length) = [shortest, longest].iter().find(|length| !PREFIXES.contains(&length.value)) {
        (length.at, format!("a prefix of {} characters", length.value))
    } else if longest.value < shortest.value {
        (
            longest.at,
            format!("the longest prefix has {} characters, and the shortest {}", longest.value, shortest.value),
        )
    } else if count > MAX_PREFIXES {
        (longest.at, format!("prefixes of {count} lengths"))
    } else {
        return;
    };
    ctxt.report(mistake(
        at,
        what,
        "prefixes have 1 to 255 characters, and up to 25 lengths, each of which is a hash in every item",
        format_args!(
            "write few lengths, such as `{} = 2..=6`; a longer text is found by its longest prefix",
            names::PREFIXES
        ),
    ));
}
