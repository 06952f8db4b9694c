//! The grammar of what a beacon is made of, if it is not the whole value: `words`, `prefixes = 2..=6`, and others.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{LitInt, Token};

use super::number::{WholeNumber, number};
use super::parse::{flag, value};
use crate::ctxt::mistake;
use crate::names;

/// What a beacon is made of, if it is not the whole value or a member of a set: AWS's clients have no such beacons.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// The numbers of characters of the shortest and of the longest prefix.
    Prefixes(WholeNumber, WholeNumber),
    Words,
    Ngrams(WholeNumber),
    Buckets(WholeNumber),
}

/// Parses a form after its keyword; `None` for another keyword.
pub(super) fn form(word: &Ident, input: ParseStream<'_>) -> Option<syn::Result<Form>> {
    Some(match word.to_string().as_str() {
        names::PREFIXES => lengths(word, input).map(|(shortest, longest)| Form::Prefixes(shortest, longest)),
        names::WORDS => flag(word, input).map(|()| Form::Words),
        names::NGRAMS => number(word, input).map(Form::Ngrams),
        names::BUCKETS => number(word, input).map(Form::Buckets),
        _ => return None,
    })
}

/// Parses `= 2..=6`.
fn lengths(word: &Ident, input: ParseStream<'_>) -> syn::Result<(WholeNumber, WholeNumber)> {
    let at = value(word, input, EXAMPLE)?;
    let shortest = length(input);
    let is_range = input.parse::<Option<Token![..=]>>()?.is_some();
    shortest.filter(|_| is_range).zip(length(input)).ok_or_else(|| not_lengths(word, at))
}

const EXAMPLE: &str = "2..=6";

fn length(input: ParseStream<'_>) -> Option<WholeNumber> {
    let literal: LitInt = input.parse().ok()?;
    Some(WholeNumber { value: literal.base10_parse().ok()?, at: literal.span() })
}

fn not_lengths(word: &Ident, at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("`{word}` takes the lengths of the shortest and of the longest prefix"),
        "each length has a hash, and a text is searched by the longest one that it has",
        format_args!("write `{word} = {EXAMPLE}`"),
    )
}

impl Form {
    /// Returns true for pieces of a text, of which a value has several hashes.
    pub(crate) fn is_of_terms(self) -> bool {
        !matches!(self, Self::Buckets(_))
    }
}
