//! Rules about the names of attributes.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};
use syn::LitStr;

use crate::ast::{Container, Field};
use crate::attr::{Action, Composite, Discriminator, Other};
use crate::ctxt::{Ctxt, mistake};
use crate::names::{
    ALIAS, ATTRIBUTE, DISCRIMINATOR, ENTITY, NAME, OTHER, RENAME, REPLICATION_PREFIX, RESERVED_ATTRIBUTES,
    RESERVED_PREFIXES, UNSIGNED_PREFIX,
};

/// DynamoDB's limit for the names of key attributes, in bytes:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>.
const LONGEST_KEY_NAME: usize = 255;
/// The limit for all other attributes, from the same page.
const LONGEST_NAME: usize = 65_535;

/// The name of an attribute, and the token that determines it.
pub(super) struct Name<'a> {
    text: String,
    at: Span,
    longest: usize,
    origin: Origin<'a>,
}

/// The origin of an attribute name.
enum Origin<'a> {
    Field(&'a Field),
    Composite(&'a Composite),
    Discriminator,
    Other(&'a Other),
    Alias,
}

impl<'a> Name<'a> {
    /// Returns the names of all stored fields, then of composite keys, then of the discriminator, then of declared
    /// attributes, and then of aliases.
    pub(super) fn all(container: &'a Container) -> Vec<Self> {
        let fields = container.stored_fields().map(|field| Self::of_field(container, field));
        let discriminator =
            container.discriminator().map(|(discriminator, word)| Self::of_discriminator(discriminator, word));
        let composites = container.composites().filter_map(|(composite, _)| Self::of_composite(composite));
        let others = container.others().map(Self::of_other);
        let aliases = container.stored_fields().flat_map(Field::aliases).map(|(alias, _)| Self::of_alias(alias));
        fields.chain(composites).chain(discriminator).chain(others).chain(aliases).collect()
    }

    fn of_field(container: &Container, field: &'a Field) -> Self {
        let (text, at) = field.attribute_name();
        let longest = if field.is_key() || container.is_index_key(field) { LONGEST_KEY_NAME } else { LONGEST_NAME };
        Self { text, at, longest, origin: Origin::Field(field) }
    }

    fn of_composite(composite: &'a Composite) -> Option<Self> {
        let name = composite.name()?;
        let (text, at, longest) = (name.value(), name.span(), LONGEST_KEY_NAME);
        Some(Self { text, at, longest, origin: Origin::Composite(composite) })
    }

    fn of_discriminator(discriminator: &Discriminator, word: &Ident) -> Self {
        let (text, at) = discriminator
            .attribute()
            .map_or_else(|| (DISCRIMINATOR.to_owned(), word.span()), |attribute| (attribute.value(), attribute.span()));
        Self { text, at, longest: LONGEST_NAME, origin: Origin::Discriminator }
    }

    fn of_other(other: &'a Other) -> Self {
        Self { text: other.name.value(), at: other.name.span(), longest: LONGEST_NAME, origin: Origin::Other(other) }
    }

    fn is_signed(&self) -> bool {
        match self.origin {
            Origin::Field(field) => field.is_key() || field.action() != Action::DoNothing,
            Origin::Composite(_) | Origin::Discriminator => true,
            Origin::Other(other) => other.action != Action::DoNothing,
            Origin::Alias => true,
        }
    }

    fn of_alias(alias: &LitStr) -> Self {
        Self { text: alias.value(), at: alias.span(), longest: LONGEST_NAME, origin: Origin::Alias }
    }

    /// Returns what to do about an invalid name.
    fn help(&self) -> String {
        match self.origin {
            Origin::Field(_) => format!("choose another name in `{RENAME}`"),
            Origin::Composite(_) => format!("choose another `{NAME}`"),
            Origin::Discriminator => {
                format!("choose another name in `{ENTITY}(value = \"..\", {ATTRIBUTE} = \"..\")`")
            }
            Origin::Other(_) => format!("correct the name, or remove this `{OTHER}(..)`"),
            Origin::Alias => format!("correct the name, or remove this `{ALIAS}`"),
        }
    }
}

/// The format stores its signature and material description under these names.
pub(super) fn check_name_is_not_reserved(ctxt: &Ctxt, name: &Name<'_>) {
    if RESERVED_ATTRIBUTES.contains(&name.text.as_str()) {
        ctxt.report(mistake(
            name.at,
            format_args!("`{}` is a reserved name", name.text),
            "every encrypted item has its signature and material description under the reserved names",
            name.help(),
        ));
    }
}

/// The Database Encryption SDK never signs the former, and uses the latter as keys of the encryption context.
pub(super) fn check_name_is_not_the_sdks(ctxt: &Ctxt, name: &Name<'_>) {
    if let Some(prefix) = RESERVED_PREFIXES.iter().find(|prefix| name.text.starts_with(**prefix)) {
        ctxt.report(mistake(
            name.at,
            format_args!("names that begin with `{prefix}` are reserved"),
            "the AWS Database Encryption SDK reserves them for the attributes that it adds to items",
            name.help(),
        ));
    }
}

/// Readers treat every attribute whose name begins with the prefix as unsigned.
pub(super) fn check_signed_name_has_no_unsigned_prefix(ctxt: &Ctxt, container: &Container, name: &Name<'_>) {
    let Some(prefix) = container.unsigned_prefix().map(LitStr::value).filter(|prefix| !prefix.is_empty()) else {
        return;
    };
    if name.is_signed() && name.text.starts_with(&prefix) {
        ctxt.report(mistake(
            name.at,
            format_args!("`{}` is signed, and its name begins with `{prefix}`", name.text),
            format_args!("with `{UNSIGNED_PREFIX}`, no reader expects a signature of an attribute of such a name"),
            name.help(),
        ));
    }
}

/// DynamoDB writes these after the item was signed, so an entity can never protect them.
pub(super) fn check_name_is_not_replications(ctxt: &Ctxt, name: &Name<'_>) {
    if name.text.starts_with(REPLICATION_PREFIX) {
        ctxt.report(mistake(
            name.at,
            format_args!("`{}` belongs to DynamoDB", name.text),
            format_args!("global tables write the attributes that start with `{REPLICATION_PREFIX}` themselves"),
            name.help(),
        ));
    }
}

/// DynamoDB rejects attributes without a name.
pub(super) fn check_name_is_not_empty(ctxt: &Ctxt, name: &Name<'_>) {
    if name.text.is_empty() {
        ctxt.report(mistake(
            name.at,
            "an attribute name cannot be empty",
            "DynamoDB rejects attributes without a name",
            name.help(),
        ));
    }
}

/// DynamoDB rejects longer names: that of a key when the table is created, that of another attribute at every write.
pub(super) fn check_name_is_not_too_long(ctxt: &Ctxt, name: &Name<'_>) {
    if name.text.len() > name.longest {
        ctxt.report(mistake(
            name.at,
            format_args!("this attribute name has {} bytes", name.text.len()),
            format_args!(
                "DynamoDB's limit is {LONGEST_KEY_NAME} bytes for a key and {LONGEST_NAME} for any other attribute"
            ),
            name.help(),
        ));
    }
}

/// Two fields under one name would overwrite each other, and of two actions for one attribute only one could be right.
pub(super) fn check_names_are_unique(ctxt: &Ctxt, names: &[Name<'_>]) {
    let mut seen = HashMap::new();
    for name in names {
        let Some(first) = seen.get(&name.text) else {
            seen.insert(&name.text, &name.origin);
            continue;
        };
        let holder = match first {
            Origin::Field(field) => format!("the field `{}`", field.ident),
            Origin::Composite(_) => "another key".to_owned(),
            Origin::Discriminator => format!("`{ENTITY}`"),
            Origin::Other(_) => format!("another `{OTHER}(..)`"),
            Origin::Alias => format!("another `{ALIAS}`"),
        };
        let why = match (first, &name.origin) {
            // A key of the table that is also a key of an index.
            (Origin::Composite(first), Origin::Composite(second)) if first.is_same_as(second) => continue,
            (_, Origin::Composite(_)) => "a key that is built from fields is a separate attribute",
            (_, Origin::Field(_)) => "each field is a separate attribute",
            (_, Origin::Discriminator) => "a separate attribute names the entity of an item",
            (Origin::Other(_), Origin::Other(_)) => "an attribute is declared once, with one action",
            (_, Origin::Other(_)) => "only attributes that the struct does not have are declared",
            (_, Origin::Alias) => "an alias is a name that no other attribute has, so that it identifies one value",
        };
        ctxt.report(mistake(
            name.at,
            format_args!("the attribute name `{}` is taken by {holder}", name.text),
            why,
            name.help(),
        ));
    }
}
