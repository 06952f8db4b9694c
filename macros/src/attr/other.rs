//! The grammar of `other("name", action = ..)`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::Paren;
use syn::{LitStr, Token};

use super::parse::{list, only_of_a_field};
use super::{Action, Other};
use crate::ctxt::mistake;
use crate::names;

/// `other("name", action = ..)`, after the word.
pub(super) fn other(word: &Ident, input: ParseStream<'_>) -> syn::Result<Other> {
    if !input.peek(Paren) {
        return Err(no_attribute(word, word.span()));
    }
    let content;
    let parentheses = syn::parenthesized!(content in input);
    let parsed = other_arguments(word, &content, parentheses.span.join());
    // The remaining tokens would be reported as another error.
    content.parse::<TokenStream>()?;
    parsed
}

fn other_arguments(word: &Ident, content: ParseStream<'_>, parentheses: Span) -> syn::Result<Other> {
    let at = next_token(content, parentheses);
    let name = content.parse::<LitStr>().map_err(|_| no_attribute(word, at))?;
    let action = action_argument(word, content, parentheses)?;
    content.parse::<Option<Token![,]>>()?;
    if content.is_empty() { Ok(Other { name, action }) } else { Err(no_more(word, content.span())) }
}

/// `, action = ..`
fn action_argument(word: &Ident, content: ParseStream<'_>, parentheses: Span) -> syn::Result<Action> {
    let at = next_token(content, parentheses);
    content.parse::<Token![,]>().map_err(|_| no_action(word, at))?;
    let at = next_token(content, parentheses);
    let is_named = content.call(Ident::parse_any).is_ok_and(|argument| argument == names::ACTION);
    if !is_named || content.parse::<Token![=]>().is_err() {
        return Err(no_action(word, at));
    }
    let at = next_token(content, parentheses);
    let choice = content.call(Ident::parse_any).map_err(|_| no_action(word, at))?;
    if choice == names::SIGN_AND_INCLUDE {
        return Err(only_of_a_field(at));
    }
    Action::from_name(&choice.to_string()).ok_or_else(|| no_action(word, at))
}

/// Returns the span of the next token; at the end, that of the parentheses.
fn next_token(content: ParseStream<'_>, parentheses: Span) -> Span {
    if content.is_empty() { parentheses } else { content.span() }
}

fn no_attribute(word: &Ident, at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("`{word}` needs the name of an attribute"),
        "it declares an attribute that the struct does not have: a retired one, one of a newer version, or one of \
         another program",
        format_args!("write `{word}(\"name\", {} = {})`", names::ACTION, names::SIGN_ONLY),
    )
}

fn no_action(word: &Ident, at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("`{word}` needs the attribute's action"),
        "items can only be verified with the actions that they were written with",
        format_args!("write `{} = ..` with one of {}", names::ACTION, list(names::ACTIONS)),
    )
}

fn no_more(word: &Ident, at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("`{word}` takes a name and an action, and nothing more"),
        "each attribute is declared by itself",
        format_args!("write another `{word}(..)` for another attribute"),
    )
}
