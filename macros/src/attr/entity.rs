//! The grammar of `entity = ".."` and `entity(value = "..", attribute = "..")`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::token::Paren;
use syn::{LitStr, Token};

use super::parse::{group, string};
use super::{Written, unknown_option};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// The discriminator, with all its options.
pub(crate) struct Discriminator {
    pub(crate) options: Vec<Written<DiscriminatorOption>>,
}

/// An option of a discriminator.
pub(crate) enum DiscriminatorOption {
    Value(LitStr),
    Attribute(LitStr),
}

/// Parses the tokens after the word `entity`.
pub(super) fn entity(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Discriminator> {
    if !input.peek(Paren) && !input.peek(Token![=]) {
        return Err(no_value(word));
    }
    if input.peek(Token![=]) {
        let value = DiscriminatorOption::Value(string(word, input)?);
        return Ok(Discriminator { options: vec![Written { value, word: word.clone() }] });
    }
    let example = format!("{} = \"..\"", names::VALUE);
    let options = group(ctxt, word, input, &example, |word, input| match word.to_string().as_str() {
        names::VALUE => string(word, input).map(DiscriminatorOption::Value),
        names::ATTRIBUTE => string(word, input).map(DiscriminatorOption::Attribute),
        _ => Err(unknown_option(word, "`entity`", names::ENTITY_OPTIONS)),
    })?;
    let discriminator = Discriminator { options };
    if discriminator.value().is_none() { Err(no_value(word)) } else { Ok(discriminator) }
}

impl Discriminator {
    pub(crate) fn value(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            DiscriminatorOption::Value(value) => Some(value),
            DiscriminatorOption::Attribute(_) => None,
        })
    }

    /// Returns the attribute's name, if it is not the default one.
    pub(crate) fn attribute(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            DiscriminatorOption::Attribute(name) => Some(name),
            DiscriminatorOption::Value(_) => None,
        })
    }
}

fn no_value(word: &Ident) -> syn::Error {
    mistake(
        word.span(),
        format_args!("`{word}` needs a value"),
        "every item names its entity, so that it is not read as another one",
        format_args!("write `{word} = \"..\"`, or `{word}({} = \"..\", {} = \"..\")`", names::VALUE, names::ATTRIBUTE),
    )
}
