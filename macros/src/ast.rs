//! The struct as the user wrote it.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::token::Paren;
use syn::{Data, DeriveInput, ExprPath, Fields, Generics, LitStr, Path, Type, TypeParen, Visibility};

use crate::attr::{
    self, Action, Bare, Composite, ContainerOption, Discriminator, FieldOption, Index, Other, RenameRule, Stamp,
    Template, Unknown, Written,
};
use crate::ctxt::Ctxt;

/// What the derive is on.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    pub(crate) bare: Vec<Written<Bare>>,
    pub(crate) options: Vec<Written<ContainerOption>>,
    pub(crate) fields: Result<Vec<Field>, NotAStruct>,
}

/// What the derive is on instead of a struct with named fields.
pub(crate) struct NotAStruct {
    pub(crate) kind: &'static str,
    pub(crate) at: Span,
}

/// A key attribute that is made by a template.
pub(crate) struct MadeKey<'a> {
    pub(crate) name: String,
    pub(crate) template: &'a Template,
    /// True for a key of the table.
    pub(crate) is_primary: bool,
}

/// A field with its annotations.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name of its attribute, unless it is renamed.
    usual_name: String,
    pub(crate) bare: Vec<Written<Bare>>,
    pub(crate) options: Vec<Written<FieldOption>>,
}

impl Container {
    pub(crate) fn parse(ctxt: &Ctxt, input: DeriveInput) -> Self {
        let options = attr::container_options(ctxt, &input.attrs);
        let rename_rule = options.iter().find_map(|option| match option.value {
            ContainerOption::RenameAll(rule) => Some(rule),
            _ => None,
        });
        Self {
            bare: attr::bare(ctxt, &input.attrs),
            options,
            fields: fields(ctxt, &input.ident, rename_rule, input.data),
            ident: input.ident,
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

    /// True if every field has to say what happens to it.
    pub(crate) fn requires_explicit(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, ContainerOption::RequireExplicit))
    }

    /// True if `Debug` is asked for.
    pub(crate) fn is_debug(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, ContainerOption::Debug))
    }

    pub(crate) fn unknown(&self) -> Option<Unknown> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::Unknown(unknown) => Some(*unknown),
            _ => None,
        })
    }

    /// The attributes that are declared although the struct does not have them.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Other> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Other(other) => Some(other),
            _ => None,
        })
    }

    /// What says which entity an item is, with the word that introduced it.
    pub(crate) fn discriminator(&self) -> Option<(&Discriminator, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::Entity(discriminator) => Some((discriminator, &option.word)),
            _ => None,
        })
    }

    /// The secondary indexes, each with the word that declares it.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = (&Index, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Index(index) => Some((index, &option.word)),
            _ => None,
        })
    }

    /// The field of this name, if it is stored.
    pub(crate) fn stored_field(&self, name: &Ident) -> Option<&Field> {
        self.stored_fields().find(|field| field.ident.unraw() == name.unraw())
    }

    pub(crate) fn stored_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().flatten().filter(|field| field.is_stored())
    }

    /// True if the field is a key of an index, or part of one that is made of fields.
    pub(crate) fn is_key_elsewhere(&self, field: &Field) -> bool {
        let name = field.ident.unraw();
        let mut keys = self.indexes().flat_map(|(index, _)| index.keys());
        let mut parts = self.composites().filter_map(|(composite, _)| composite.template());
        keys.any(|key| key.unraw() == name)
            || parts.any(|template| template.placeholders().any(|placeholder| name == placeholder.field))
    }

    /// The table's partition key with the word that declares it, if it is no field.
    pub(crate) fn partition_composite(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::PartitionKey(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    /// The table's sort key with the word that declares it, if it is no field.
    pub(crate) fn sort_composite(&self) -> Option<(&Composite, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            ContainerOption::SortKey(composite) => Some((composite, &option.word)),
            _ => None,
        })
    }

    /// The keys of the table and of its indexes that are no fields.
    pub(crate) fn composites(&self) -> impl Iterator<Item = (&Composite, &Ident)> {
        let of_indexes = self.indexes().flat_map(|(index, _)| index.composites());
        self.partition_composite().into_iter().chain(self.sort_composite()).chain(of_indexes)
    }

    /// The keys that are made by a template.
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

impl Field {
    /// The name of the field's attribute in the stored item, and the token that says so.
    pub(crate) fn attribute_name(&self) -> (String, Span) {
        match self.rename() {
            Some(name) => (name.value(), name.span()),
            None => (self.usual_name.clone(), self.ident.span()),
        }
    }

    pub(crate) fn bare(&self, bare: Bare) -> Option<&Written<Bare>> {
        self.bare.iter().find(|written| written.value == bare)
    }

    pub(crate) fn is_key(&self) -> bool {
        self.bare(Bare::PartitionKey).is_some() || self.bare(Bare::SortKey).is_some()
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = (Action, &Ident)> {
        self.bare.iter().filter_map(|written| match written.value {
            Bare::Action(action) => Some((action, &written.word)),
            Bare::PartitionKey | Bare::SortKey => None,
        })
    }

    /// What happens to the attribute of a field that is no key. Of two actions, which is a mistake, the first.
    pub(crate) fn action(&self) -> Action {
        match self.actions().next() {
            _ if self.is_version() => Action::SignOnly,
            Some((action, _)) => action,
            None => Action::Encrypt,
        }
    }

    /// What writing sets the field to, with the words that say so.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = (Stamp, &Ident)> {
        self.options.iter().filter_map(|option| match option.value {
            FieldOption::Stamp(stamp) => Some((stamp, &option.word)),
            _ => None,
        })
    }

    pub(crate) fn is_stamped(&self) -> bool {
        self.stamps().next().is_some()
    }

    pub(crate) fn is_version(&self) -> bool {
        self.stamps().any(|(stamp, _)| stamp == Stamp::Version)
    }

    /// The word that says so, if DynamoDB may delete the item at the field's time.
    pub(crate) fn ttl(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, FieldOption::Ttl)).map(|option| &option.word)
    }

    /// True if the field has an attribute. That of a key cannot be skipped.
    pub(crate) fn is_stored(&self) -> bool {
        self.is_key() || !self.is_skipped()
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Skip))
    }

    pub(crate) fn is_bytes(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Bytes))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Set))
    }

    /// How the field's key is stored as text, and the word that says so.
    pub(crate) fn template(&self) -> Option<(&Template, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Template(template) => Some((template, &option.word)),
            _ => None,
        })
    }

    /// The module that encodes the field, and the word that says so.
    pub(crate) fn with(&self) -> Option<(&Path, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::With(module) => Some((module, &option.word)),
            _ => None,
        })
    }

    /// The outer option says whether a default was asked for, the inner one whether by a function.
    pub(crate) fn default(&self) -> Option<Option<&ExprPath>> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Default(function) => Some(function.as_ref()),
            _ => None,
        })
    }

    pub(crate) fn skip_if(&self) -> Option<&ExprPath> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::SkipIf(function) => Some(function),
            _ => None,
        })
    }

    fn rename(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Rename(name) => Some(name),
            _ => None,
        })
    }
}

fn fields(ctxt: &Ctxt, ident: &Ident, rule: Option<RenameRule>, data: Data) -> Result<Vec<Field>, NotAStruct> {
    match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => {
                Ok(fields.named.into_iter().filter_map(|field| self::field(ctxt, rule, field)).collect())
            }
            Fields::Unnamed(_) => Err(NotAStruct { kind: "a tuple struct", at: ident.span() }),
            Fields::Unit => Err(NotAStruct { kind: "a unit struct", at: ident.span() }),
        },
        Data::Enum(data) => Err(NotAStruct { kind: "an enum", at: data.enum_token.span }),
        Data::Union(data) => Err(NotAStruct { kind: "a union", at: data.union_token.span }),
    }
}

fn field(ctxt: &Ctxt, rule: Option<RenameRule>, field: syn::Field) -> Option<Field> {
    let ident = field.ident?;
    let name = ident.unraw().to_string();
    Some(Field {
        usual_name: rule.map_or_else(|| name.clone(), |rule| rule.apply(&name)),
        bare: attr::bare(ctxt, &field.attrs),
        options: attr::field_options(ctxt, &field.attrs),
        ident,
        ty: parenthesized(field.ty),
    })
}

/// A type that can stand before and behind anything: the `+` of a type of several traits would take what follows for another.
fn parenthesized(ty: Type) -> Type {
    match ty {
        Type::TraitObject(_) | Type::ImplTrait(_) => {
            Type::Paren(TypeParen { attrs: Vec::new(), paren_token: Paren(ty.span()), elem: Box::new(ty) })
        }
        ty => ty,
    }
}
