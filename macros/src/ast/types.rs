//! The types of fields, as generated code can have them.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::token::Paren;
use syn::{Type, TypeParen};

/// Replaces `Self` by the struct's own type, because `Self` is another type in generated structs.
pub(super) fn spelled_out(ty: Type, own_type: &TokenStream) -> Type {
    let tokens = ty.to_token_stream();
    if !has_self(tokens.clone()) {
        return ty;
    }
    syn::parse2(without_self(tokens, own_type)).unwrap_or(ty)
}

pub(super) fn reference_counted(ty: TokenStream) -> Option<Ident> {
    let mut tokens = ty.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "Rc" => {
                let has_arguments = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
                if has_arguments {
                    return Some(word);
                }
            }
            TokenTree::Group(group) => {
                if let Some(word) = reference_counted(group.stream()) {
                    return Some(word);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

fn has_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => has_self(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn without_self(tokens: TokenStream, own_type: &TokenStream) -> TokenStream {
    let mut spelled_out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                spelled_out.extend(if is_path { quote!(<#own_type>) } else { own_type.clone() });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), own_type));
                inner.set_span(group.span());
                spelled_out.extend([TokenTree::Group(inner)]);
            }
            token => spelled_out.extend([token]),
        }
    }
    spelled_out
}

/// Parenthesizes a type of several traits, whose `+` would otherwise continue with the following tokens.
pub(super) fn parenthesized(ty: Type) -> Type {
    match ty {
        Type::TraitObject(_) | Type::ImplTrait(_) => {
            Type::Paren(TypeParen { attrs: Vec::new(), paren_token: Paren(ty.span()), elem: Box::new(ty) })
        }
        ty => ty,
    }
}
