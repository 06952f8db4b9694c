//! The variants of an enum, and the stored text of each.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, DataEnum, Fields, LitStr};

use super::no_key;
use crate::attr::{self, KeyOption, RenameRule, Written};
use crate::ctxt::{Ctxt, mistake};
use crate::names::{RENAME, RENAME_ALL};

/// A variant of a fieldless enum.
pub(super) struct Variant {
    pub(super) ident: Ident,
    /// The text that is stored.
    pub(super) text: String,
}

/// Parses the variants, and reports every error.
pub(super) fn parse(
    ctxt: &Ctxt,
    ident: &Ident,
    attributes: &[Attribute],
    options: &[Written<KeyOption>],
    data: &DataEnum,
) -> Vec<Variant> {
    let rule = options.iter().find_map(|option| match option.value {
        KeyOption::RenameAll(rule) => Some(rule),
        KeyOption::Crate(_) => None,
    });
    let serde_rule = serde_name(attributes, RENAME_ALL).and_then(|(name, at)| Some((RenameRule::of(&name)?, at)));
    let mut variants: Vec<Variant> = Vec::new();
    let mut holders = HashMap::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            ctxt.report(no_key("an enum with fields", variant.fields.span()));
        }
        let usual = variant.ident.unraw().to_string();
        let renamed = attr::variant_names(ctxt, &variant.attrs).into_iter().next();
        let (text, at) = match &renamed {
            Some(Written { value, .. }) => (value.value(), value.span()),
            None => (rule.map_or_else(|| usual.clone(), |rule| rule.apply_to_variant(&usual)), variant.ident.span()),
        };
        check_text(ctxt, &text, at);
        if let Some(first) = holders.insert(text.clone(), variant.ident.clone()) {
            ctxt.report(mistake(
                at,
                format_args!("`{first}` is stored as `{text}` already"),
                "a key that is read must identify its variant",
                format_args!("choose another name in `{RENAME}`"),
            ));
        }
        let serde_text = serde_name(&variant.attrs, RENAME)
            .or_else(|| serde_rule.map(|(rule, at)| (rule.apply_to_variant(&usual), at)));
        if let Some((serde_text, at)) = serde_text.filter(|(serde_text, _)| *serde_text != text) {
            check_agreement(ctxt, variant, &text, &serde_text, at);
        }
        variants.push(Variant { ident: variant.ident.clone(), text });
    }
    if variants.is_empty() {
        ctxt.report(no_key("an enum without variants", ident.span()));
    }
    variants
}

/// DynamoDB has no empty keys.
fn check_text(ctxt: &Ctxt, text: &str, at: Span) {
    if text.is_empty() {
        ctxt.report(mistake(
            at,
            "a key cannot be an empty string",
            "DynamoDB rejects an item whose key is empty",
            format_args!("choose another name in `{RENAME}`"),
        ));
    }
}

/// The same value would have another stored text in an attribute that is not a key.
fn check_agreement(ctxt: &Ctxt, variant: &syn::Variant, text: &str, serde_text: &str, at: Span) {
    ctxt.report(mistake(
        at,
        format_args!("serde stores `{}` as `{serde_text}`, and a key stores it as `{text}`", variant.ident),
        "the derive ignores attributes of serde, and a value should be stored in one form",
        format_args!("write the same in `#[item({RENAME_ALL} = \"..\")]` above the enum, or in `#[item({RENAME} = \"..\")]` above the variant"),
    ));
}

/// Returns the string of `#[serde(name = "..")]`, and its span.
fn serde_name(attributes: &[Attribute], name: &str) -> Option<(String, Span)> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Serde itself reports invalid attributes.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident(name) && meta.input.peek(syn::Token![=]) {
                let text: LitStr = meta.value()?.parse()?;
                found = Some((text.value(), text.span()));
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            } else if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<proc_macro2::TokenStream>()?;
            }
            Ok(())
        });
    }
    found
}
