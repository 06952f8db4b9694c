//! The struct as the user wrote it.

mod beacons;
mod field;
mod types;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitStr, Meta, Path, Visibility};

use crate::attr::{
    self, Action, Bare, Composite, ContainerOption, Discriminator, Index, Other, RenameRule, Template, Unknown, Written,
};
use crate::ctxt::Ctxt;

pub(crate) use self::beacons::DeclaredBeacon;
pub(crate) use self::field::Field;

/// The input of the derive.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// The lint levels of the struct, which also apply to the generated code.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) bare: Vec<Written<Bare>>,
    pub(crate) options: Vec<Written<ContainerOption>>,
    pub(crate) fields: Result<Vec<Field>, NotAStruct>,
}

/// The kind of an input that is not a struct with named fields.
pub(crate) struct NotAStruct {
    pub(crate) kind: &'static str,
    pub(crate) at: Span,
}

/// A key attribute with a template.
pub(crate) struct MadeKey<'a> {
    pub(crate) name: String,
    pub(crate) template: &'a Template,
    /// True for a key of the table.
    pub(crate) is_primary: bool,
}

impl Container {
    pub(crate) fn parse(ctxt: &Ctxt, input: DeriveInput) -> Self {
        let options = attr::container_options(ctxt, &input.attrs);
        let rename_rule = options.iter().find_map(|option| match option.value {
            ContainerOption::RenameAll(rule) => Some(rule),
            _ => None,
        });
        let (_, type_generics, _) = input.generics.split_for_impl();
        let (ident, own_type) = (&input.ident, type_generics.to_token_stream());
        Self {
            bare: attr::bare(ctxt, &input.attrs),
            options,
            fields: fields(ctxt, rename_rule, &quote!(#ident #own_type), input.data, ident),
            lints: input.attrs.iter().filter_map(lint_level).collect(),
            ident: generated(&input.ident),
            vis: input.vis,
            generics: input.generics,
        }
    }

    pub(crate) fn logical_table_name(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::LogicalTableName(name) => Some(name),
            _ => None,
        })
    }

    /// Returns whether every field requires an attribute action.
    pub(crate) fn requires_explicit(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, ContainerOption::RequireExplicit))
    }

    /// Whether `Debug` is requested.
    pub(crate) fn is_debug(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, ContainerOption::Debug))
    }

    pub(crate) fn unknown(&self) -> Option<Unknown> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::Unknown(unknown) => Some(*unknown),
            _ => None,
        })
    }

    /// The prefix of the names of unsigned attributes.
    pub(crate) fn unsigned_prefix(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::UnsignedPrefix(prefix) => Some(prefix),
            _ => None,
        })
    }

    /// Returns the declared attributes that are not fields.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Other> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Other(other) => Some(other),
            _ => None,
        })
    }

    /// Returns the discriminator, with the word that introduced it.
    pub(crate) fn discriminator(&self) -> Option<(&Discriminator, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::Entity(discriminator) => Some((discriminator, &option.word)),
            _ => None,
        })
    }

    /// Returns the secondary indexes, each with the word that declares it.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = (&Index, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Index(index) => Some((index, &option.word)),
            _ => None,
        })
    }

    /// The action of the primary key, which follows those of the fields.
    pub(crate) fn key_action(&self) -> Action {
        let is_included = |field: &Field| field.actions().any(|(action, _)| action == Action::SignAndInclude);
        if self.stored_fields().any(is_included) { Action::SignAndInclude } else { Action::SignOnly }
    }

    /// Returns the stored field with this name.
    pub(crate) fn stored_field(&self, name: &Ident) -> Option<&Field> {
        self.stored_fields().find(|field| field.ident.unraw() == name.unraw())
    }

    pub(crate) fn stored_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().flatten().filter(|field| field.is_stored())
    }

    /// Returns whether the field is a key of an index.
    pub(crate) fn is_index_key(&self, field: &Field) -> bool {
        let name = field.ident.unraw();
        self.indexes().flat_map(|(index, _)| index.keys()).any(|key| key.unraw() == name)
    }

    /// If the field is part of a composite key, returns whether that is a key of the table.
    pub(crate) fn part_of_a_key(&self, field: &Field) -> Option<bool> {
        let name = field.ident.unraw();
        let has_field = |made: &MadeKey<'_>| made.template.placeholders().any(|placeholder| name == placeholder.field);
        self.templates().filter(has_field).map(|made| made.is_primary).max()
    }

    /// Returns the table's partition key with the word that declares it, if it is composed of fields.
    pub(crate) fn partition_composite(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::PartitionKey(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    /// Returns the table's sort key with the word that declares it, if it is composed of fields.
    pub(crate) fn sort_composite(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::SortKey(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    /// Returns the name of the table's partition key.
    pub(crate) fn partition_attribute(&self) -> Option<String> {
        self.key_attribute(self.partition_composite(), Bare::PartitionKey)
    }

    /// Returns the name of the table's sort key.
    pub(crate) fn sort_attribute(&self) -> Option<String> {
        self.key_attribute(self.sort_composite(), Bare::SortKey)
    }

    fn key_attribute(&self, composite: Option<(&Composite, &Ident)>, role: Bare) -> Option<String> {
        match composite {
            Some((composite, _)) => composite.name().map(LitStr::value),
            None => self.stored_fields().find(|field| field.bare(role).is_some()).map(|field| field.attribute_name().0),
        }
    }

    /// Returns the composite keys of the table and of its indexes.
    pub(crate) fn composites(&self) -> impl Iterator<Item = (&Composite, &Ident)> {
        let of_indexes = self.indexes().flat_map(|(index, _)| index.composites());
        self.partition_composite().into_iter().chain(self.sort_composite()).chain(of_indexes)
    }

    /// Returns the keys with a template.
    pub(crate) fn templates(&self) -> impl Iterator<Item = MadeKey<'_>> {
        let primary = self.partition_composite().into_iter().chain(self.sort_composite());
        let primary = primary.filter_map(|(composite, _)| MadeKey::new(composite, true));
        let of_fields = self.stored_fields().filter_map(|field| {
            let (template, _) = field.template()?;
            Some(MadeKey { name: field.attribute_name().0, template, is_primary: true })
        });
        let of_indexes = self.indexes().flat_map(|(index, _)| index.composites());
        let of_indexes = of_indexes.filter_map(|(composite, _)| MadeKey::new(composite, false));
        primary.chain(of_fields).chain(of_indexes)
    }

    pub(crate) fn runtime(&self) -> Option<&Path> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::Crate(path) => Some(path),
            _ => None,
        })
    }
}

impl<'a> MadeKey<'a> {
    fn new(composite: &'a Composite, is_primary: bool) -> Option<Self> {
        Some(Self { name: composite.name()?.value(), template: composite.template()?, is_primary })
    }
}

fn fields(
    ctxt: &Ctxt,
    rule: Option<RenameRule>,
    own_type: &TokenStream,
    data: Data,
    ident: &Ident,
) -> Result<Vec<Field>, NotAStruct> {
    match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => {
                Ok(fields.named.into_iter().filter_map(|field| Field::parse(ctxt, rule, own_type, field)).collect())
            }
            Fields::Unnamed(_) => Err(NotAStruct { kind: "a tuple struct", at: ident.span() }),
            Fields::Unit => Err(NotAStruct { kind: "a unit struct", at: ident.span() }),
        },
        Data::Enum(data) => Err(NotAStruct { kind: "an enum", at: data.enum_token.span }),
        Data::Union(data) => Err(NotAStruct { kind: "a union", at: data.union_token.span }),
    }
}

/// Returns the same identifier with the same span as part of the generated code, so that lints for user code do not
/// apply.
pub(crate) fn generated(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site().located_at(ident.span()));
    ident
}

/// Returns an attribute such as `#[allow(..)]`. A lint that is expected for the struct need not occur in the generated
/// code.
fn lint_level(attribute: &Attribute) -> Option<Attribute> {
    let word = attribute.path().get_ident()?.to_string();
    let Meta::List(list) = &attribute.meta else { return None };
    match word.as_str() {
        "allow" | "warn" | "deny" | "forbid" => Some(attribute.clone()),
        "expect" => {
            let lints = &list.tokens;
            Some(syn::parse_quote!(#[allow(#lints)]))
        }
        _ => None,
    }
}
