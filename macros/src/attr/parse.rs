//! The grammar of `#[item(..)]`: options, separated by commas, some with a value.

use proc_macro2::{Ident, Span, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Attribute, ExprPath, LitStr, Meta, Path, Token};

use super::{Action, Unknown, Written};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// Parses every option that can be parsed, and reports the others.
pub(super) fn options<T>(
    ctxt: &Ctxt,
    attributes: &[Attribute],
    known: &[&str],
    parse: impl Fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
) -> Vec<Written<T>> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(names::ITEM)) {
        let Meta::List(list) = &attribute.meta else {
            ctxt.report(no_options(attribute, known));
            continue;
        };
        if list.tokens.is_empty() {
            ctxt.report(no_options(attribute, known));
        }
        match attribute.parse_args_with(|input: ParseStream<'_>| sequence(ctxt, input, &parse)) {
            Ok(options) => found.extend(options),
            Err(error) => ctxt.report(error),
        }
    }
    found
}

/// Parses the options in the parentheses after a word.
pub(super) fn group<T>(
    ctxt: &Ctxt,
    word: &Ident,
    input: ParseStream<'_>,
    example: &str,
    parse: impl Fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<Written<T>>> {
    if !input.peek(Paren) {
        return Err(mistake(
            word.span(),
            format_args!("`{word}` needs its options in parentheses"),
            "without them it has no effect",
            format_args!("write `{word}({example})`"),
        ));
    }
    let content;
    syn::parenthesized!(content in input);
    sequence(ctxt, &content, &parse)
}

/// Parses every option up to the end, and reports invalid ones.
fn sequence<T>(
    ctxt: &Ctxt,
    input: ParseStream<'_>,
    parse: &impl Fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<Written<T>>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        match option(input, parse) {
            Ok(option) => found.push(option),
            Err(error) => ctxt.report(error),
        }
        skip_past_comma(input)?;
    }
    Ok(found)
}

/// Parses one option, which must end at a comma or at the end.
fn option<T>(
    input: ParseStream<'_>,
    parse: impl Fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Written<T>> {
    let at = input.span();
    let word = input.call(Ident::parse_any).map_err(|_| {
        mistake(
            at,
            "expected the name of an option",
            "parentheses hold options, separated by commas",
            "write a name, or `name = value`",
        )
    })?;
    let value = parse(&word, input)?;
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(mistake(
            input.span(),
            format_args!("expected `,` after `{word}`"),
            "nothing more belongs to this option",
            "separate options by commas",
        ));
    }
    Ok(Written { value, word })
}

pub(super) fn string(word: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let at = value(word, input, "\"..\"")?;
    input.parse().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes a string"),
            "names are written as string literals, since they need not be Rust identifiers",
            format_args!("write `{word} = \"..\"`"),
        )
    })
}

pub(super) fn function(word: &Ident, input: ParseStream<'_>) -> syn::Result<ExprPath> {
    let at = value(word, input, "path::to::function")?;
    without_quotes(word, input, "the path of a function")?;
    let path: ExprPath = input.parse().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes the path of a function"),
            "the derive calls the function by its path; closures and other expressions are not accepted",
            format_args!("write `{word} = path::to::function`"),
        )
    })?;
    if input.peek(Paren) {
        return Err(mistake(
            input.span(),
            format_args!("`{word}` takes the path of a function, not a call of it"),
            "the derive calls the function itself",
            format_args!("write `{word} = {}`, without parentheses", as_written(&path)),
        ));
    }
    Ok(path)
}

pub(super) fn module(word: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let at = value(word, input, "path::to::dynaseal")?;
    without_quotes(word, input, "the path of a crate")?;
    input.call(Path::parse_mod_style).map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes a path"),
            "it is the path to the crate `dynaseal` in the generated code",
            format_args!("write `{word} = path::to::dynaseal`"),
        )
    })
}

pub(super) fn codec_module(word: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let at = value(word, input, "path::to::module")?;
    without_quotes(word, input, "the path of a module")?;
    input.call(Path::parse_mod_style).map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes the path of a module"),
            "the field is encoded by the functions `serialize` and `deserialize` of that module, as serde's `with` does",
            format_args!("write `{word} = path::to::module`"),
        )
    })
}

pub(super) fn field(word: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    let at = value(word, input, "field")?;
    without_quotes(word, input, "the name of a field")?;
    input.call(Ident::parse_any).map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes the name of a field"),
            "the attribute's name and type are those of the field",
            format_args!("write `{word} = field`, without quotes"),
        )
    })
}

pub(super) fn unknown(word: &Ident, input: ParseStream<'_>) -> syn::Result<Unknown> {
    let at = value(word, input, names::REJECT)?;
    let choice = input.call(Ident::parse_any).map(|choice| choice.to_string()).unwrap_or_default();
    if choice == names::REJECT {
        return Ok(Unknown::Reject);
    }
    if choice == names::SIGN_AND_INCLUDE {
        return Err(only_of_a_field(at));
    }
    Action::from_name(&choice).map(Unknown::Action).ok_or_else(|| {
        mistake(
            at,
            format_args!("`{word}` takes an action or `{}`", names::REJECT),
            "it defines the action of stored attributes that the struct does not have, or rejects them",
            format_args!("write `{word} = ..` with one of {}", list(names::UNKNOWN_VALUES)),
        )
    })
}

/// An attribute of the encryption context is in every item, which only a field guarantees.
pub(super) fn only_of_a_field(at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("`{}` is for fields", names::SIGN_AND_INCLUDE),
        "an attribute in the encryption context must be in every item, and only a field is known to be",
        format_args!("write `{}`, or give the struct a field for the attribute", names::SIGN_ONLY),
    )
}

/// Rejects quotes, in which serde expects paths.
fn without_quotes(word: &Ident, input: ParseStream<'_>, what: &str) -> syn::Result<()> {
    if !input.peek(LitStr) {
        return Ok(());
    }
    let quoted: LitStr = input.parse()?;
    Err(mistake(
        quoted.span(),
        format_args!("`{word}` takes {what}, without quotes"),
        "it is not text, but a path that the compiler resolves",
        format_args!("write `{word} = {}`", quoted.value()),
    ))
}

/// Formats the tokens of a path without spaces.
fn as_written(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// Consumes the `=` before a value, and returns the place of that value.
pub(super) fn value(word: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Span> {
    if input.peek(Paren) {
        let group: TokenTree = input.parse()?;
        let inside = match &group {
            TokenTree::Group(group) if !group.stream().is_empty() => group.stream().to_string(),
            _ => example.to_owned(),
        };
        return Err(mistake(
            group.span(),
            format_args!("`{word}` takes its value after `=`"),
            "parentheses are for options that have their own options",
            format_args!("write `{word} = {inside}`"),
        ));
    }
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() {
        return Err(mistake(
            word.span(),
            format_args!("`{word}` needs a value"),
            "without one it has no effect",
            format_args!("write `{word} = {example}`"),
        ));
    }
    Ok(input.span())
}

pub(super) fn flag(word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if !input.peek(Token![=]) && !input.peek(Paren) {
        return Ok(());
    }
    input.parse::<Option<Token![=]>>()?;
    let at = if input.is_empty() { word.span() } else { input.span() };
    Err(mistake(
        at,
        format_args!("`{word}` takes no value"),
        "it is either written or not",
        format_args!("write `{word}`, or leave it out"),
    ))
}

fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>().map(drop)
}

fn no_options(attribute: &Attribute, known: &[&str]) -> syn::Error {
    mistake(
        attribute.path().span(),
        format_args!("`#[{}]` without options", names::ITEM),
        "by itself it has no effect",
        format_args!("write `#[{}(..)]` with some of {}", names::ITEM, list(known)),
    )
}

pub(crate) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
