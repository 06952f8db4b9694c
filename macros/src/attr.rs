//! Attributes as the user wrote them, each with the token that errors about it point at.

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, ExprPath, LitStr, Meta, Path, Token};

use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// Something that was written in an attribute, and the word that introduced it.
pub(crate) struct Written<T> {
    pub(crate) value: T,
    pub(crate) word: Ident,
}

/// A helper attribute without arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bare {
    PartitionKey,
    SortKey,
    Action(Action),
}

/// What happens to an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Encrypt,
    SignOnly,
    DoNothing,
}

/// An option of `#[item(..)]` on a field.
pub(crate) enum FieldOption {
    Rename(LitStr),
    /// Of the `Default` trait, or of this function.
    Default(Option<ExprPath>),
    Skip,
    SkipIf(ExprPath),
    Bytes,
}

/// An option of `#[item(..)]` on a struct.
pub(crate) enum ContainerOption {
    LogicalTableName(LitStr),
    Unknown(Unknown),
    Crate(Path),
}

/// What happens to stored attributes that the struct does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unknown {
    Action(Action),
    Reject,
}

/// The helper attributes of a field or struct, with every use of one that takes no arguments checked for just that.
pub(crate) fn bare(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<Bare>> {
    let mut found = Vec::new();
    for attribute in attributes {
        let Some(word) = attribute.path().get_ident() else { continue };
        let Some(value) = Bare::from_word(word) else { continue };
        if let Some(arguments) = arguments(&attribute.meta) {
            ctxt.report(mistake(
                arguments,
                format_args!("`#[{word}]` takes no arguments"),
                "the attributes that say what a field is are single words",
                format_args!("write `#[{word}]`, and options in `#[{}(..)]`", names::ITEM),
            ));
        }
        found.push(Written { value, word: word.clone() });
    }
    found
}

/// The options in the `#[item(..)]` attributes of a field.
pub(crate) fn field_options(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<FieldOption>> {
    options(ctxt, attributes, names::FIELD_OPTIONS, |word, input| match word.to_string().as_str() {
        names::RENAME => string(word, input).map(FieldOption::Rename),
        names::DEFAULT if input.peek(Token![=]) => function(word, input).map(|path| FieldOption::Default(Some(path))),
        names::DEFAULT => flag(word, input).map(|()| FieldOption::Default(None)),
        names::SKIP => flag(word, input).map(|()| FieldOption::Skip),
        names::SKIP_IF => function(word, input).map(FieldOption::SkipIf),
        names::BYTES => flag(word, input).map(|()| FieldOption::Bytes),
        name if names::CONTAINER_OPTIONS.contains(&name) => Err(misplaced(word, "a struct", "above the struct")),
        _ => Err(unknown_option(word, "a field", names::FIELD_OPTIONS)),
    })
}

/// The options in the `#[item(..)]` attributes of a struct.
pub(crate) fn container_options(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<ContainerOption>> {
    options(ctxt, attributes, names::CONTAINER_OPTIONS, |word, input| match word.to_string().as_str() {
        names::LOGICAL_TABLE_NAME => string(word, input).map(ContainerOption::LogicalTableName),
        names::UNKNOWN => unknown(word, input).map(ContainerOption::Unknown),
        names::CRATE => module(word, input).map(ContainerOption::Crate),
        name if names::FIELD_OPTIONS.contains(&name) => Err(misplaced(word, "a field", "above the field it is for")),
        _ => Err(unknown_option(word, "a struct", names::CONTAINER_OPTIONS)),
    })
}

impl Bare {
    pub(crate) const ALL: [Self; 5] = [
        Self::PartitionKey,
        Self::SortKey,
        Self::Action(Action::Encrypt),
        Self::Action(Action::SignOnly),
        Self::Action(Action::DoNothing),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PartitionKey => names::PARTITION_KEY,
            Self::SortKey => names::SORT_KEY,
            Self::Action(action) => action.name(),
        }
    }

    fn from_word(word: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|bare| word == bare.name())
    }
}

impl Action {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encrypt => names::ENCRYPT,
            Self::SignOnly => names::SIGN_ONLY,
            Self::DoNothing => names::DO_NOTHING,
        }
    }
}

/// Parses every option that can be parsed, and reports the others.
fn options<T>(
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
        let outcome = attribute.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                match option(input, &parse) {
                    Ok(option) => found.push(option),
                    Err(error) => ctxt.report(error),
                }
                skip_past_comma(input)?;
            }
            Ok(())
        });
        if let Err(error) = outcome {
            ctxt.report(error);
        }
    }
    found
}

/// One option, which must end at a comma or at the end.
fn option<T>(
    input: ParseStream<'_>,
    parse: impl Fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Written<T>> {
    let at = input.span();
    let word = input.call(Ident::parse_any).map_err(|_| {
        mistake(
            at,
            "expected the name of an option",
            format_args!("`#[{}(..)]` holds options, separated by commas", names::ITEM),
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

fn string(word: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
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

fn function(word: &Ident, input: ParseStream<'_>) -> syn::Result<ExprPath> {
    let at = value(word, input, "path::to::function")?;
    input.parse().map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes the path of a function"),
            "the derive calls the function by its path; closures and other expressions are not accepted",
            format_args!("write `{word} = path::to::function`"),
        )
    })
}

fn module(word: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let at = value(word, input, "path::to::dynaseal")?;
    input.call(Path::parse_mod_style).map_err(|_| {
        mistake(
            at,
            format_args!("`{word}` takes a path"),
            "it says where the generated code finds the crate `dynaseal`",
            format_args!("write `{word} = path::to::dynaseal`"),
        )
    })
}

fn unknown(word: &Ident, input: ParseStream<'_>) -> syn::Result<Unknown> {
    let at = value(word, input, names::REJECT)?;
    let choice = input.call(Ident::parse_any).map(|choice| choice.to_string()).unwrap_or_default();
    match choice.as_str() {
        names::ENCRYPT => Ok(Unknown::Action(Action::Encrypt)),
        names::SIGN_ONLY => Ok(Unknown::Action(Action::SignOnly)),
        names::DO_NOTHING => Ok(Unknown::Action(Action::DoNothing)),
        names::REJECT => Ok(Unknown::Reject),
        _ => Err(mistake(
            at,
            format_args!("not something that can happen to {word} attributes"),
            "stored attributes that the struct does not have were written with one action, or are not allowed at all",
            format_args!("write `{word} = ..` with one of {}", list(names::UNKNOWN_VALUES)),
        )),
    }
}

/// Consumes the `=` before a value, and returns the place of that value.
fn value(word: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Span> {
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() {
        return Err(mistake(
            word.span(),
            format_args!("`{word}` needs a value"),
            "without one it says nothing",
            format_args!("write `{word} = {example}`"),
        ));
    }
    Ok(input.span())
}

fn flag(word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
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

/// The place of an attribute's arguments, if it has any.
fn arguments(meta: &Meta) -> Option<Span> {
    match meta {
        Meta::Path(_) => None,
        Meta::List(list) if list.tokens.is_empty() => Some(list.delimiter.span().join()),
        Meta::List(list) => Some(list.tokens.span()),
        Meta::NameValue(pair) => Some(pair.value.span()),
    }
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
        "by itself it says nothing",
        format_args!("write `#[{}(..)]` with some of {}", names::ITEM, list(known)),
    )
}

fn unknown_option(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    mistake(
        word.span(),
        format_args!("unknown option `{word}`"),
        format_args!("the options of {place} are {}", list(known)),
        "correct the name, or remove the option",
    )
}

fn misplaced(word: &Ident, belongs_to: &str, place: &str) -> syn::Error {
    mistake(
        word.span(),
        format_args!("`{word}` is an option of {belongs_to}"),
        "structs and fields have different options",
        format_args!("move it to `#[{}(..)]` {place}", names::ITEM),
    )
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
