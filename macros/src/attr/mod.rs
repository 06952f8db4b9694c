//! Attributes as the user wrote them, each with the token to which errors point.

mod beacon;
mod compound;
mod entity;
mod form;
mod index;
mod number;
mod other;
mod parse;
mod rename;
mod suggest;
mod template;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{Attribute, ExprPath, LitStr, Meta, Path, Token};

pub(crate) use self::beacon::{Beacon, Source, Transform};
use self::beacon::{container_beacon, field_beacon};
use self::compound::compound;
pub(crate) use self::compound::{Compound, ConstructorPart, PrefixedPart};
pub(crate) use self::entity::Discriminator;
use self::entity::entity;
pub(crate) use self::form::Form;
use self::index::index;
pub(crate) use self::index::{Index, IndexOption, Projection};
pub(crate) use self::number::WholeNumber;
use self::number::number;
use self::other::other;
pub(crate) use self::parse::list;
use self::parse::{codec_module, flag, function, module, options, string, unknown};
pub(crate) use self::rename::RenameRule;
use self::rename::rename_rule;
pub(crate) use self::suggest::closest;
pub(crate) use self::template::{Composite, Piece, Placeholder, Template};
use self::template::{composite, template};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

/// A value in an attribute, and the word that introduced it.
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

/// An attribute action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Encrypt,
    SignOnly,
    SignAndInclude,
    DoNothing,
}

/// An option of `#[item(..)]` on a field.
pub(crate) enum FieldOption {
    Rename(LitStr),
    /// Another name under which the attribute is read.
    Alias(LitStr),
    /// The default of the `Default` trait, or of this function.
    Default(Option<ExprPath>),
    Skip,
    SkipIf(ExprPath),
    /// The template of a key.
    Template(Template),
    Bytes,
    /// Stored as a number, independently of serde.
    Number,
    Set,
    /// The module that encodes the field.
    With(Path),
    Managed(Managed),
    Ttl,
    /// The value identifies the tenant of the item, and thereby its branch key.
    Tenant,
    Beacon(Beacon),
}

/// A managed value, which writing sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Managed {
    Version,
    CreatedAt,
    UpdatedAt,
}

/// An option of `#[item(..)]` on a struct.
pub(crate) enum ContainerOption {
    LogicalTableName(LitStr),
    RenameAll(RenameRule),
    RequireExplicit,
    Debug,
    /// The partition key, if it is composed of fields.
    PartitionKey(Composite),
    /// The sort key, if it is composed of fields.
    SortKey(Composite),
    Unknown(Unknown),
    /// The prefix of the names of unsigned attributes.
    UnsignedPrefix(LitStr),
    Other(Other),
    Entity(Discriminator),
    Index(Index),
    Beacon(Beacon),
    Compound(Compound),
    Partitions(WholeNumber),
    Crate(Path),
}

/// An option of `#[item(..)]` on a type with `#[derive(KeyAttribute)]`.
pub(crate) enum KeyOption {
    RenameAll(RenameRule),
    Crate(Path),
}

/// An attribute that the struct does not declare as a field.
pub(crate) struct Other {
    pub(crate) name: LitStr,
    pub(crate) action: Action,
}

/// How stored attributes that the struct does not declare are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unknown {
    Action(Action),
    Reject,
}

/// Returns the helper attributes of a field or struct, and checks that those without arguments have none.
pub(crate) fn bare(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<Bare>> {
    let mut found = Vec::new();
    for attribute in attributes {
        let Some(word) = attribute.path().get_ident() else { continue };
        let Some(value) = Bare::from_word(word) else { continue };
        if let Some(arguments) = arguments(&attribute.meta) {
            ctxt.report(mistake(
                arguments,
                format_args!("`#[{word}]` takes no arguments"),
                "the attributes that define the role of a field are single words",
                format_args!("write `#[{word}]`, and options in `#[{}(..)]`", names::ITEM),
            ));
        }
        found.push(Written { value, word: word.clone() });
    }
    found
}

/// Returns the options in the `#[item(..)]` attributes of a field.
pub(crate) fn field_options(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<FieldOption>> {
    options(ctxt, attributes, names::FIELD_OPTIONS, |word, input| match word.to_string().as_str() {
        _ if Bare::from_word(word).is_some() => Err(not_an_option(word)),
        names::RENAME => string(word, input).map(FieldOption::Rename),
        names::ALIAS => string(word, input).map(FieldOption::Alias),
        names::DEFAULT if input.peek(Token![=]) || input.peek(Paren) => {
            function(word, input).map(|path| FieldOption::Default(Some(path)))
        }
        names::DEFAULT => flag(word, input).map(|()| FieldOption::Default(None)),
        names::SKIP => flag(word, input).map(|()| FieldOption::Skip),
        names::SKIP_IF => function(word, input).map(FieldOption::SkipIf),
        names::TEMPLATE => template(ctxt, word, input).map(FieldOption::Template),
        names::BYTES => flag(word, input).map(|()| FieldOption::Bytes),
        names::NUMBER => flag(word, input).map(|()| FieldOption::Number),
        names::SET => flag(word, input).map(|()| FieldOption::Set),
        names::WITH => codec_module(word, input).map(FieldOption::With),
        names::TTL => flag(word, input).map(|()| FieldOption::Ttl),
        names::TENANT => flag(word, input).map(|()| FieldOption::Tenant),
        names::VERSION => flag(word, input).map(|()| FieldOption::Managed(Managed::Version)),
        names::CREATED_AT => flag(word, input).map(|()| FieldOption::Managed(Managed::CreatedAt)),
        names::UPDATED_AT => flag(word, input).map(|()| FieldOption::Managed(Managed::UpdatedAt)),
        names::BEACON => field_beacon(ctxt, word, input).map(FieldOption::Beacon),
        name if names::CONTAINER_OPTIONS.contains(&name) => Err(misplaced(word, "a struct", "above the struct")),
        _ => Err(unknown_option(word, "a field", names::FIELD_OPTIONS)),
    })
}

/// Returns the options in the `#[item(..)]` attributes of a struct.
pub(crate) fn container_options(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<ContainerOption>> {
    options(ctxt, attributes, names::CONTAINER_OPTIONS, |word, input| match word.to_string().as_str() {
        names::LOGICAL_TABLE_NAME => string(word, input).map(ContainerOption::LogicalTableName),
        names::RENAME_ALL => rename_rule(word, input).map(ContainerOption::RenameAll),
        names::REQUIRE_EXPLICIT => flag(word, input).map(|()| ContainerOption::RequireExplicit),
        names::DEBUG => flag(word, input).map(|()| ContainerOption::Debug),
        names::PARTITION_KEY => composite(ctxt, word, input).map(ContainerOption::PartitionKey),
        names::SORT_KEY => composite(ctxt, word, input).map(ContainerOption::SortKey),
        names::UNKNOWN => unknown(word, input).map(ContainerOption::Unknown),
        names::UNSIGNED_PREFIX => string(word, input).map(ContainerOption::UnsignedPrefix),
        names::OTHER => other(word, input).map(ContainerOption::Other),
        names::ENTITY => entity(ctxt, word, input).map(ContainerOption::Entity),
        names::INDEX => index(ctxt, word, input).map(ContainerOption::Index),
        names::BEACON => container_beacon(ctxt, word, input).map(ContainerOption::Beacon),
        names::COMPOUND => compound(ctxt, word, input).map(ContainerOption::Compound),
        names::PARTITIONS => number(word, input).map(ContainerOption::Partitions),
        names::CRATE => module(word, input).map(ContainerOption::Crate),
        name if names::FIELD_OPTIONS.contains(&name) => Err(misplaced(word, "a field", "above the field it is for")),
        _ => Err(unknown_option(word, "a struct", names::CONTAINER_OPTIONS)),
    })
}

/// Returns the options in the `#[item(..)]` attributes of a type with `#[derive(KeyAttribute)]`.
pub(crate) fn key_options(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<KeyOption>> {
    options(ctxt, attributes, names::KEY_OPTIONS, |word, input| match word.to_string().as_str() {
        names::RENAME_ALL => rename_rule(word, input).map(KeyOption::RenameAll),
        names::CRATE => module(word, input).map(KeyOption::Crate),
        _ => Err(unknown_option(word, "a key type", names::KEY_OPTIONS)),
    })
}

/// Returns the names in the `#[item(..)]` attributes of a variant of such a type.
pub(crate) fn variant_names(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Written<LitStr>> {
    options(ctxt, attributes, names::VARIANT_OPTIONS, |word, input| match word.to_string().as_str() {
        names::RENAME => string(word, input),
        _ => Err(unknown_option(word, "a variant", names::VARIANT_OPTIONS)),
    })
}

impl Bare {
    pub(crate) const ALL: [Self; 6] = [
        Self::PartitionKey,
        Self::SortKey,
        Self::Action(Action::Encrypt),
        Self::Action(Action::SignOnly),
        Self::Action(Action::SignAndInclude),
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
            Self::SignAndInclude => names::SIGN_AND_INCLUDE,
            Self::DoNothing => names::DO_NOTHING,
        }
    }

    /// Returns the action of this name, if it is available for an attribute that is not a field and may be absent.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Encrypt, Self::SignOnly, Self::DoNothing].into_iter().find(|action| action.name() == name)
    }
}

impl Managed {
    pub(crate) const ALL: [Self; 3] = [Self::Version, Self::CreatedAt, Self::UpdatedAt];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Version => names::VERSION,
            Self::CreatedAt => names::CREATED_AT,
            Self::UpdatedAt => names::UPDATED_AT,
        }
    }
}

/// Returns the span of an attribute's arguments, if it has any.
fn arguments(meta: &Meta) -> Option<Span> {
    match meta {
        Meta::Path(_) => None,
        Meta::List(list) if list.tokens.is_empty() => Some(list.delimiter.span().join()),
        Meta::List(list) => Some(list.tokens.span()),
        Meta::NameValue(pair) => Some(pair.value.span()),
    }
}

fn not_an_option(word: &Ident) -> syn::Error {
    mistake(
        word.span(),
        format_args!("`{word}` is not an option"),
        "the attributes that define the role of a field are single words",
        format_args!("write `#[{word}]`"),
    )
}

fn unknown_option(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    mistake(
        word.span(),
        format_args!("unknown option `{word}`"),
        format_args!("the options of {place} are {}", list(known)),
        suggest::instead_of(&word.to_string(), known)
            .map_or_else(|| "correct the name, or remove the option".to_owned(), |instead| format!("write {instead}")),
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
