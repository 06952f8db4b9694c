//! The grammar of templates, `"T#{tenant}#YEAR#{hired:04}"`, and of composite keys.

use std::collections::HashSet;
use std::fmt::Display;
use std::iter::Peekable;
use std::str::Chars;

use proc_macro2::Ident;
use syn::LitStr;
use syn::parse::ParseStream;

use super::parse::{group, string};
use super::{Written, unknown_option};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// The maximum number of digits, that of a `u128`.
const WIDEST: usize = 39;

/// A composite key, with all its options.
pub(crate) struct Composite {
    pub(crate) options: Vec<Written<CompositeOption>>,
}

/// An option of a composite key.
pub(crate) enum CompositeOption {
    Name(LitStr),
    Template(Template),
}

/// The template of a key, which composes the values of fields.
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    /// `None` if the template is invalid.
    pieces: Option<Vec<Piece>>,
}

/// A part of a template.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Value(Placeholder),
}

/// The position of a field's value.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) field: String,
    /// The width up to which leading zeros are added.
    pub(crate) width: Option<usize>,
}

/// `(name = "..", template = "..")`, after the word.
pub(super) fn composite(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Composite> {
    let example = format!("{} = \"..\", {} = \"..\"", names::NAME, names::TEMPLATE);
    let options = group(ctxt, word, input, &example, |word, input| match word.to_string().as_str() {
        names::NAME => string(word, input).map(CompositeOption::Name),
        names::TEMPLATE => template(ctxt, word, input).map(CompositeOption::Template),
        _ => Err(unknown_option(word, "a composite key", names::COMPOSITE_OPTIONS)),
    })?;
    Ok(Composite { options })
}

/// `= ".."`, after the word `template`.
pub(super) fn template(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Template> {
    let literal = string(word, input)?;
    let pieces = pieces(&literal).map_err(|error| ctxt.report(error)).ok();
    Ok(Template { literal, pieces })
}

impl Composite {
    pub(crate) fn name(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            CompositeOption::Name(name) => Some(name),
            CompositeOption::Template(_) => None,
        })
    }

    /// Returns whether both are the same attribute with the same template.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        let (own, others) = (self.template().map(Template::pieces), other.template().map(Template::pieces));
        self.name().map(LitStr::value) == other.name().map(LitStr::value) && own == others
    }

    pub(crate) fn template(&self) -> Option<&Template> {
        self.options.iter().find_map(|option| match &option.value {
            CompositeOption::Template(template) => Some(template),
            CompositeOption::Name(_) => None,
        })
    }
}

impl Template {
    pub(crate) fn pieces(&self) -> &[Piece] {
        self.pieces.as_deref().unwrap_or_default()
    }

    /// Returns whether the template could not be parsed, which was reported.
    pub(crate) fn is_broken(&self) -> bool {
        self.pieces.is_none()
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces().iter().filter_map(|piece| match piece {
            Piece::Value(placeholder) => Some(placeholder),
            Piece::Text(_) => None,
        })
    }
}

fn pieces(literal: &LitStr) -> syn::Result<Vec<Piece>> {
    let text = literal.value();
    check_no_dollar_before_brace(literal)?;
    let mut characters = text.chars().peekable();
    let mut pieces = Vec::new();
    let mut seen = HashSet::new();
    while characters.peek().is_some() {
        let text = text_piece(literal, &mut characters)?;
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        // The text ends at an opening brace, or at the end.
        if characters.next().is_none() {
            break;
        }
        let placeholder = placeholder(literal, &mut characters)?;
        if let Some(Piece::Value(before)) = pieces.last() {
            return Err(invalid(
                literal,
                format_args!("there is no text between `{{{}}}` and `{{{}}}`", before.field, placeholder.field),
                "without text between them, the end of the first value would be ambiguous",
                format_args!("separate them, as in `{{{}}}#{{{}}}`", before.field, placeholder.field),
            ));
        }
        if !seen.insert(placeholder.field.clone()) {
            return Err(invalid(
                literal,
                format_args!("`{{{}}}` occurs twice in the template", placeholder.field),
                "a key has each value once",
                "remove one of the two",
            ));
        }
        pieces.push(Piece::Value(placeholder));
    }
    if pieces.is_empty() {
        return Err(invalid(
            literal,
            "a template cannot be empty",
            "DynamoDB has no empty keys",
            "write text and the names of fields, as in `USER#{user}`",
        ));
    }
    Ok(pieces)
}

/// Rejects `${user}`, the placeholder of other languages, because the dollar sign would silently be part of every key.
/// An intended one can be written as an escape, which is visible in the source of the literal.
fn check_no_dollar_before_brace(literal: &LitStr) -> syn::Result<()> {
    let spelled = literal.token().to_string();
    let undoubled = spelled.replace("{{", "");
    let Some((_, after)) = undoubled.split_once("${") else { return Ok(()) };
    let field = after.split(['}', ':']).next().unwrap_or_default();
    Err(invalid(
        literal,
        format_args!("a dollar sign before `{{{field}}}`"),
        "braces alone enclose the name of a field; the dollar sign would be part of every key",
        format_args!("write `{{{field}}}`; for a dollar sign that is part of the key, write `\\x24{{{field}}}`"),
    ))
}

/// Parses the text up to the next placeholder, in which braces are doubled.
fn text_piece(literal: &LitStr, characters: &mut Peekable<Chars<'_>>) -> syn::Result<String> {
    let mut text = String::new();
    while let Some(&character) = characters.peek() {
        let mut after = characters.clone();
        after.next();
        let is_doubled = after.peek() == Some(&character);
        match character {
            '{' if !is_doubled => break,
            '}' if !is_doubled => {
                return Err(invalid(
                    literal,
                    "a `}` without its `{`",
                    "braces enclose the name of a field",
                    "write `}}` for a brace that is part of the key",
                ));
            }
            '{' | '}' => {
                characters.next();
            }
            _ => {}
        }
        characters.next();
        text.push(character);
    }
    Ok(text)
}

/// Parses the placeholder after the opening brace.
fn placeholder(literal: &LitStr, characters: &mut Peekable<Chars<'_>>) -> syn::Result<Placeholder> {
    let mut inside = String::new();
    loop {
        match characters.next() {
            Some('}') => break,
            Some(character) => inside.push(character),
            None => {
                return Err(invalid(
                    literal,
                    "a `{` without its `}`",
                    "braces enclose the name of a field",
                    "write `{{` for a brace that is part of the key",
                ));
            }
        }
    }
    let (field, width) = match inside.split_once(':') {
        Some((field, width)) => (field, Some(width)),
        None => (inside.as_str(), None),
    };
    if let Some(plain) = field.strip_prefix("r#") {
        return Err(invalid(
            literal,
            format_args!("`{{{inside}}}` does not name a field"),
            "in a template a field has its name without `r#`, as its attribute has",
            format_args!("write `{{{plain}}}`"),
        ));
    }
    if syn::parse_str::<Ident>(field).is_err() && syn::parse_str::<Ident>(&format!("r#{field}")).is_err() {
        return Err(invalid(
            literal,
            format_args!("`{{{inside}}}` does not name a field"),
            "braces enclose the name of a field, and a width if it is a number",
            "write `{field}`, or `{field:04}` for a number of up to four digits",
        ));
    }
    let width = width.map(|width| self::width(literal, &inside, width)).transpose()?;
    Ok(Placeholder { field: field.to_owned(), width })
}

fn width(literal: &LitStr, inside: &str, width: &str) -> syn::Result<usize> {
    let digits = width.strip_prefix('0').unwrap_or_default();
    let parsed = digits.parse().ok().filter(|parsed| (1..=WIDEST).contains(parsed) && !digits.starts_with(['0', '+']));
    parsed.ok_or_else(|| {
        invalid(
            literal,
            format_args!("`{{{inside}}}` has an invalid width"),
            format_args!("a width is a zero and a number from 1 to {WIDEST}: numbers are filled up with zeros"),
            "write `{field:04}` for a number of up to four digits",
        )
    })
}

fn invalid(literal: &LitStr, what: impl Display, note: impl Display, help: impl Display) -> syn::Error {
    mistake(literal.span(), what, note, help)
}
