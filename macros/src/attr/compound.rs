//! The grammar of `compound(name = team_badge, split = '^', signed(team = "T-"), encrypted(badge = "B-"))`.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{LitChar, LitStr, Token};

use super::parse::{group, value};
use super::{Written, unknown_option};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A compound beacon and its options.
pub(crate) struct Compound {
    pub(crate) options: Vec<Written<CompoundOption>>,
}

/// An option of a compound beacon.
pub(crate) enum CompoundOption {
    Name(Ident),
    Split(LitChar),
    Signed(Vec<PrefixedPart>),
    Encrypted(Vec<PrefixedPart>),
    Constructor(Vec<ConstructorPart>),
}

/// A field and the prefix of its value.
pub(crate) struct PrefixedPart {
    pub(crate) field: Ident,
    pub(crate) prefix: LitStr,
}

/// A part of a constructor: `team`, or `optional(team)`.
pub(crate) struct ConstructorPart {
    pub(crate) field: Ident,
    pub(crate) is_required: bool,
}

/// The options in parentheses, after the word `compound`.
pub(super) fn compound(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Compound> {
    let example = "name = team_badge, split = '^', signed(team = \"T-\"), encrypted(badge = \"B-\")";
    let options = group(ctxt, word, input, example, |word, input| match word.to_string().as_str() {
        names::NAME => name(word, input).map(CompoundOption::Name),
        names::SPLIT => split(word, input).map(CompoundOption::Split),
        names::SIGNED => parts(word, input).map(CompoundOption::Signed),
        names::ENCRYPTED => parts(word, input).map(CompoundOption::Encrypted),
        names::CONSTRUCTOR => constructor(word, input).map(CompoundOption::Constructor),
        _ => Err(unknown_option(word, "a compound beacon", names::COMPOUND_OPTIONS)),
    })?;
    Ok(Compound { options })
}

fn name(word: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    let at = value(word, input, "team_badge")?;
    // A Rust keyword cannot be the name of a function.
    input.parse::<Ident>().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes a name without quotes"),
            "the beacon is stored under this name, and a function of this name creates its values",
            format_args!("write `{word} = team_badge`"),
        )
    })
}

fn split(word: &Ident, input: ParseStream<'_>) -> syn::Result<LitChar> {
    let at = value(word, input, "'^'")?;
    input.parse().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes one character in single quotes"),
            "it separates the parts, and no value can contain it",
            format_args!("write `{word} = '^'`"),
        )
    })
}

/// `(team = "T-", ..)`, after the word.
fn parts(word: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<PrefixedPart>> {
    let content = parentheses(word, input, "team = \"T-\"")?;
    let part = |input: ParseStream<'_>| {
        // A Rust keyword cannot be the name of a function.
        let field: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(PrefixedPart { field, prefix: input.parse()? })
    };
    let parts = syn::parse::Parser::parse2(
        |input: ParseStream<'_>| Punctuated::<PrefixedPart, Token![,]>::parse_terminated_with(input, part),
        content.1,
    );
    parts.map(|parts| parts.into_iter().collect()).map_err(|_| {
        mistake(
            content.0,
            format_args!("`{word}` takes fields, each with the prefix of its value"),
            "the prefixes distinguish the parts of the beacon",
            format_args!("write `{word}(field = \"F-\")`"),
        )
    })
}

/// `(team, optional(badge))`, after the word.
fn constructor(word: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<ConstructorPart>> {
    let content = parentheses(word, input, "team, optional(badge)")?;
    let part = |input: ParseStream<'_>| {
        let field = input.call(Ident::parse_any)?;
        if field != names::OPTIONAL || !input.peek(Paren) {
            return Ok(ConstructorPart { field, is_required: true });
        }
        let inside;
        syn::parenthesized!(inside in input);
        let field = inside.call(Ident::parse_any)?;
        if !inside.is_empty() {
            return Err(inside.error("one part"));
        }
        Ok(ConstructorPart { field, is_required: false })
    };
    let parts = syn::parse::Parser::parse2(
        |input: ParseStream<'_>| Punctuated::<ConstructorPart, Token![,]>::parse_terminated_with(input, part),
        content.1,
    );
    parts.map(|parts| parts.into_iter().collect()).map_err(|_| {
        mistake(
            content.0,
            format_args!("`{word}` takes the names of parts"),
            "it defines the order of the parts, and which of them can be absent",
            format_args!("write `{word}(team, {}(badge))`", names::OPTIONAL),
        )
    })
}

/// Parses the parentheses after a keyword, and returns the tokens and their position.
fn parentheses(
    word: &Ident,
    input: ParseStream<'_>,
    example: &str,
) -> syn::Result<(proc_macro2::Span, proc_macro2::TokenStream)> {
    match input.peek(Paren).then(|| input.parse::<TokenTree>()) {
        Some(Ok(TokenTree::Group(group))) => Ok((group.span(), group.stream())),
        _ => Err(mistake(
            word.span(),
            format_args!("`{word}` needs parts in parentheses"),
            "without them it has no effect",
            format_args!("write `{word}({example})`"),
        )),
    }
}

impl Compound {
    pub(crate) fn name(&self) -> Option<&Ident> {
        self.options.iter().find_map(|option| match &option.value {
            CompoundOption::Name(name) => Some(name),
            _ => None,
        })
    }

    /// Returns the attribute in which the beacon is stored, which has the beacon's own name if no part is encrypted.
    pub(crate) fn attribute(&self) -> Option<String> {
        let name = self.name()?.unraw();
        Some(match self.encrypted().next() {
            Some(_) => format!("{}b_{name}", names::BEACON_PREFIX),
            None => name.to_string(),
        })
    }

    pub(crate) fn split(&self) -> Option<&LitChar> {
        self.options.iter().find_map(|option| match &option.value {
            CompoundOption::Split(split) => Some(split),
            _ => None,
        })
    }

    pub(crate) fn signed(&self) -> impl Iterator<Item = &PrefixedPart> {
        self.options.iter().flat_map(|option| match &option.value {
            CompoundOption::Signed(parts) => parts.as_slice(),
            _ => &[],
        })
    }

    pub(crate) fn encrypted(&self) -> impl Iterator<Item = &PrefixedPart> {
        self.options.iter().flat_map(|option| match &option.value {
            CompoundOption::Encrypted(parts) => parts.as_slice(),
            _ => &[],
        })
    }

    /// Returns all parts, the signed ones first.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &PrefixedPart> {
        self.signed().chain(self.encrypted())
    }

    /// Returns the constructors, with the keywords that declare them.
    pub(crate) fn constructors(&self) -> impl Iterator<Item = (&[ConstructorPart], &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            CompoundOption::Constructor(parts) => Some((parts.as_slice(), &option.word)),
            _ => None,
        })
    }
}
