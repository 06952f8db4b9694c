//! The grammar of whole numbers.

use proc_macro2::{Ident, Span};
use syn::LitInt;
use syn::parse::ParseStream;

use super::parse::value;
use crate::ctxt::mistake;

/// A number and its position.
#[derive(Clone, Copy)]
pub(crate) struct WholeNumber {
    pub(crate) value: u64,
    pub(crate) at: Span,
}

/// Parses `= 24`, after the keyword.
pub(super) fn number(word: &Ident, input: ParseStream<'_>) -> syn::Result<WholeNumber> {
    let at = value(word, input, "24")?;
    let number = input.parse::<LitInt>().ok().and_then(|literal| Some((literal.span(), literal.base10_parse().ok()?)));
    number.map(|(at, value)| WholeNumber { value, at }).ok_or_else(|| {
        mistake(
            at,
            format_args!("`{word}` takes a whole number"),
            "it is counted at compile time, so it is written as a literal",
            format_args!("write `{word} = 24`"),
        )
    })
}
