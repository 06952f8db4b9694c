//! The grammar of `index(name = "..", partition = field, ..)`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{LitStr, Token};

use super::parse::{field, flag, group, list, string, value};
use super::template::{Composite, composite};
use super::{Written, unknown_option};
use crate::ast::Container;
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A secondary index, with all its options.
pub(crate) struct Index {
    pub(crate) options: Vec<Written<IndexOption>>,
}

/// An option of an index.
pub(crate) enum IndexOption {
    Name(LitStr),
    Partition(Ident),
    Sort(Ident),
    /// A key composed of fields.
    CompositePartition(Composite),
    CompositeSort(Composite),
    Local,
    Projection(Projection),
}

/// The projection of an index.
pub(crate) enum Projection {
    All,
    KeysOnly,
    /// The attributes of these fields, besides the keys.
    Include(Vec<Ident>),
}

/// `(name = "..", ..)`, after the word `index`.
pub(super) fn index(ctxt: &Ctxt, word: &Ident, input: ParseStream<'_>) -> syn::Result<Index> {
    let example = format!("{} = \"..\", {} = field", names::NAME, names::PARTITION);
    let options = group(ctxt, word, input, &example, |word, input| match word.to_string().as_str() {
        names::NAME => string(word, input).map(IndexOption::Name),
        names::PARTITION if input.peek(Paren) => composite(ctxt, word, input).map(IndexOption::CompositePartition),
        names::SORT if input.peek(Paren) => composite(ctxt, word, input).map(IndexOption::CompositeSort),
        names::PARTITION => field(word, input).map(IndexOption::Partition),
        names::SORT => field(word, input).map(IndexOption::Sort),
        names::LOCAL => flag(word, input).map(|()| IndexOption::Local),
        names::PROJECTION => projection(word, input).map(IndexOption::Projection),
        _ => Err(unknown_option(word, "an index", names::INDEX_OPTIONS)),
    })?;
    Ok(Index { options })
}

impl Index {
    pub(crate) fn name(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            IndexOption::Name(name) => Some(name),
            _ => None,
        })
    }

    pub(crate) fn partition(&self) -> Option<&Ident> {
        self.options.iter().find_map(|option| match &option.value {
            IndexOption::Partition(field) => Some(field),
            _ => None,
        })
    }

    pub(crate) fn sort(&self) -> Option<&Ident> {
        self.options.iter().find_map(|option| match &option.value {
            IndexOption::Sort(field) => Some(field),
            _ => None,
        })
    }

    pub(crate) fn composite_partition(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            IndexOption::CompositePartition(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    pub(crate) fn composite_sort(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            IndexOption::CompositeSort(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    /// Returns the composite keys of the index.
    pub(crate) fn composites(&self) -> impl Iterator<Item = (&Composite, &Ident)> {
        self.composite_partition().into_iter().chain(self.composite_sort())
    }

    /// Returns the word `local`, if the index is local.
    pub(crate) fn local(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, IndexOption::Local)).map(|option| &option.word)
    }

    pub(crate) fn projection(&self) -> Option<&Written<IndexOption>> {
        self.options.iter().find(|option| matches!(option.value, IndexOption::Projection(_)))
    }

    /// Returns the index's name as an identifier, which is the name of its handle.
    pub(crate) fn handle(&self) -> Option<Ident> {
        let name = self.name()?;
        Some(identifier(&name.value(), name.span()))
    }

    /// Returns the name of its partition key.
    pub(crate) fn partition_attribute(&self, container: &Container) -> Option<String> {
        match (self.partition(), self.composite_partition()) {
            (Some(field), _) => Self::attribute_of(container, field),
            (None, Some((composite, _))) => composite.name().map(LitStr::value),
            (None, None) => self.local().and_then(|_| container.partition_attribute()),
        }
    }

    /// Returns the name of its sort key, and the span that determines it.
    pub(crate) fn sort_attribute(&self, container: &Container) -> Option<(String, Span)> {
        match (self.sort(), self.composite_sort()) {
            (Some(field), _) => Some((Self::attribute_of(container, field)?, field.span())),
            (None, Some((composite, _))) => composite.name().map(|name| (name.value(), name.span())),
            (None, None) => None,
        }
    }

    /// The attribute that a key is stored as: that of the field, or of its beacon.
    fn attribute_of(container: &Container, key: &Ident) -> Option<String> {
        if let Some(compound) = container.index_compound(key) {
            return compound.attribute();
        }
        match container.named_beacon(key) {
            Some(declared) => Some(format!("{}b_{}", names::BEACON_PREFIX, declared.name()?.0)),
            None => Some(container.stored_field(key)?.attribute_name().0),
        }
    }

    /// Returns the fields that are keys of the index.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        self.partition().into_iter().chain(self.sort())
    }

    /// Returns the fields that the index projects besides the keys.
    pub(crate) fn included(&self) -> &[Ident] {
        match self.projection().map(|option| &option.value) {
            Some(IndexOption::Projection(Projection::Include(fields))) => fields,
            _ => &[],
        }
    }
}

fn projection(word: &Ident, input: ParseStream<'_>) -> syn::Result<Projection> {
    let at = value(word, input, names::ALL)?;
    let choice = input.call(Ident::parse_any).map(|choice| choice.to_string()).unwrap_or_default();
    match choice.as_str() {
        names::ALL => Ok(Projection::All),
        names::KEYS_ONLY => Ok(Projection::KeysOnly),
        names::INCLUDE => included(input, at).map(Projection::Include),
        _ => Err(mistake(
            at,
            format_args!("`{word}` takes {}", list(names::PROJECTIONS)),
            "it defines the projection of the index: all attributes, the keys, or the keys and some other attributes",
            format_args!("write `{word} = {}`; without it, the index holds all", names::KEYS_ONLY),
        )),
    }
}

/// `(field, field)`, after the word `include`.
fn included(input: ParseStream<'_>, at: Span) -> syn::Result<Vec<Ident>> {
    let fields = || {
        let content;
        syn::parenthesized!(content in input);
        Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)
    };
    let at = if input.peek(Paren) { input.span() } else { at };
    match fields() {
        Ok(fields) if !fields.is_empty() => Ok(fields.into_iter().collect()),
        _ => Err(mistake(
            at,
            format_args!("`{}` needs the names of fields", names::INCLUDE),
            "the index projects their attributes in addition to its keys",
            format_args!("write `{}(field, ..)`, or `{}`", names::INCLUDE, names::KEYS_ONLY),
        )),
    }
}

/// Returns the text as an identifier in snake case.
fn identifier(text: &str, span: Span) -> Ident {
    let snake_case = snake_case(text);
    if !snake_case.trim_start_matches('_').starts_with(|first: char| first.is_ascii_lowercase()) {
        return Ident::new(&format!("index_{snake_case}"), span);
    }
    match snake_case.as_str() {
        // Keywords that cannot be raw identifiers.
        "crate" | "self" | "super" => Ident::new(&format!("{snake_case}_"), span),
        _ => match syn::parse_str::<Ident>(&snake_case) {
            Ok(_) => Ident::new(&snake_case, span),
            Err(_) => Ident::new_raw(&snake_case, span),
        },
    }
}

/// `by_department` for `by-department`, `ByDepartment` and `BY.DEPARTMENT`.
fn snake_case(text: &str) -> String {
    let mut words = String::new();
    let mut characters = text.chars().peekable();
    let mut before = '_';
    while let Some(character) = characters.next() {
        let next_is_lowercase = characters.peek().is_some_and(char::is_ascii_lowercase);
        let starts_word = character.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && next_is_lowercase);
        if starts_word {
            words.push('_');
        }
        words.push(if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' });
        before = character;
    }
    words
}
