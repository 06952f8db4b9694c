//! The struct as the user wrote it.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::token::Paren;
use syn::{Attribute, Data, DeriveInput, ExprPath, Fields, Generics, LitStr, Meta, Path, Type, TypeParen, Visibility};

use crate::attr::{
    self, Action, Bare, Beacon, Composite, Compound, ContainerOption, Discriminator, FieldOption, Index, Other,
    RenameRule, Source, Stamp, Template, Transform, Unknown, WholeNumber, Written,
};
use crate::ctxt::Ctxt;

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

/// A beacon, and the field that it is made of.
pub(crate) struct DeclaredBeacon<'a> {
    pub(crate) beacon: &'a Beacon,
    /// The word that declares it.
    pub(crate) word: &'a Ident,
    /// The field whose value, or a part of it, is hashed; none of a struct's beacon that names none.
    pub(crate) field: Option<&'a Field>,
    /// True if it is declared above the field.
    pub(crate) is_of_field: bool,
}

/// A field with its annotations.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name of its attribute, unless `rename` changes it.
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

    /// The beacons of fields, and then those of the struct.
    pub(crate) fn beacons(&self) -> impl Iterator<Item = DeclaredBeacon<'_>> {
        let of_fields = self.stored_fields().flat_map(|field| {
            field.beacons().map(move |(beacon, word)| DeclaredBeacon {
                beacon,
                word,
                field: Some(field),
                is_of_field: true,
            })
        });
        let of_struct = self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Beacon(beacon) => {
                let field = beacon.of().and_then(|source| self.source_field(source));
                Some(DeclaredBeacon { beacon, word: &option.word, field, is_of_field: false })
            }
            _ => None,
        });
        of_fields.chain(of_struct)
    }

    /// The compound beacons, each with the word that declares it.
    pub(crate) fn compounds(&self) -> impl Iterator<Item = (&Compound, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Compound(compound) => Some((compound, &option.word)),
            _ => None,
        })
    }

    /// The compound beacon that an index names as its key.
    pub(crate) fn index_compound(&self, key: &Ident) -> Option<&Compound> {
        let key = key.unraw();
        let mut compounds = self.compounds().map(|(compound, _)| compound);
        compounds.find(|compound| compound.name().is_some_and(|name| name.unraw() == key))
    }

    /// The beacon of an encrypted part: that of a field, or one of the struct.
    pub(crate) fn part_beacon(&self, part: &Ident) -> Option<DeclaredBeacon<'_>> {
        self.index_beacon(part)
    }

    /// The field that a beacon is made of.
    pub(crate) fn source_field(&self, source: &Source) -> Option<&Field> {
        let name = match source {
            Source::Field(field) => field.unraw().to_string(),
            Source::Path(path) => DeclaredBeacon::steps(&path.value()).0.to_owned(),
        };
        self.stored_fields().find(|field| field.ident.unraw() == name)
    }

    /// The beacon that an index names as its key: that of a field, or one of the struct.
    pub(crate) fn index_beacon(&self, key: &Ident) -> Option<DeclaredBeacon<'_>> {
        let key = key.unraw();
        self.beacons().find(|declared| match declared.field.filter(|_| declared.is_of_field) {
            Some(field) => field.ident.unraw() == key && !field.is_key() && field.action() == Action::Encrypt,
            None => declared.beacon.name().is_some_and(|name| name.unraw() == key),
        })
    }

    /// The number of partitions, with the word that says so.
    pub(crate) fn partitions(&self) -> Option<(WholeNumber, &Ident)> {
        self.options.iter().find_map(|option| match option.value {
            ContainerOption::Partitions(count) => Some((count, &option.word)),
            _ => None,
        })
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

impl<'a> DeclaredBeacon<'a> {
    /// The beacon's name, and the token that says so.
    pub(crate) fn name(&self) -> Option<(String, Span)> {
        match (self.beacon.name(), self.field.filter(|_| self.is_of_field)) {
            (Some(name), _) => Some((name.unraw().to_string(), name.span())),
            (None, Some(field)) => Some(field.attribute_name()),
            (None, None) => None,
        }
    }

    /// Where the value is: the name of an attribute, or a path into one.
    pub(crate) fn location(&self) -> Option<String> {
        let attribute = self.field?.attribute_name().0;
        match self.beacon.of() {
            Some(Source::Path(path)) => Some(format!("{attribute}{}", Self::steps(&path.value()).1)),
            _ => Some(attribute),
        }
    }

    /// The path into a field, if the beacon is not made of its whole value.
    pub(crate) fn path(&self) -> Option<&'a LitStr> {
        match self.beacon.of() {
            Some(Source::Path(path)) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn transforms(&self) -> Vec<Transform> {
        self.beacon.transforms().map(|(transform, _)| transform).collect()
    }

    /// True if there is a hash for each member of a set.
    pub(crate) fn is_set(&self) -> bool {
        self.path().is_none() && self.field.is_some_and(Field::is_set)
    }

    /// `("address", ".city")` for `address.city`.
    fn steps(path: &str) -> (&str, &str) {
        path.find(['.', '[']).map_or((path, ""), |end| path.split_at(end))
    }
}

impl Field {
    /// Returns the name of the field's attribute in the stored item, and the token that determines it.
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

    /// Returns the action of a field that is not a key. If there are two actions, which is an error, returns the first.
    pub(crate) fn action(&self) -> Action {
        match self.actions().next() {
            _ if self.is_version() => Action::SignOnly,
            Some((action, _)) => action,
            None => Action::Encrypt,
        }
    }

    /// Returns the managed values of the field, with the words that request them.
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

    /// Returns the word `ttl`, if the field is the time to live.
    pub(crate) fn ttl(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, FieldOption::Ttl)).map(|option| &option.word)
    }

    /// The word that says so, if the field says which tenant the item belongs to.
    pub(crate) fn tenant(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, FieldOption::Tenant)).map(|option| &option.word)
    }

    /// The beacons by which the field can be searched, of which a second one is a mistake, with the words that declare them.
    pub(crate) fn beacons(&self) -> impl Iterator<Item = (&Beacon, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            FieldOption::Beacon(beacon) => Some((beacon, &option.word)),
            _ => None,
        })
    }

    /// Returns whether the field has an attribute. That of a key cannot be skipped.
    pub(crate) fn is_stored(&self) -> bool {
        self.is_key() || !self.is_skipped()
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Skip))
    }

    pub(crate) fn is_bytes(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Bytes))
    }

    pub(crate) fn is_number(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Number))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.options.iter().any(|option| matches!(option.value, FieldOption::Set))
    }

    /// Returns the template of the field's key, and the word that introduces it.
    pub(crate) fn template(&self) -> Option<(&Template, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Template(template) => Some((template, &option.word)),
            _ => None,
        })
    }

    /// Returns the module that encodes the field, and the word that introduces it.
    pub(crate) fn with(&self) -> Option<(&Path, &Ident)> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::With(module) => Some((module, &option.word)),
            _ => None,
        })
    }

    /// The outer option is `Some` if there is a default, the inner one if a function provides it.
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

    /// The other names under which the attribute is read, each with the word that says so.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = (&LitStr, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            FieldOption::Alias(name) => Some((name, &option.word)),
            _ => None,
        })
    }

    /// The `Rc` of an `Rc<..>`, wherever it stands in the field's type: an entity with one cannot be sent between threads.
    pub(crate) fn reference_counted(&self) -> Option<Ident> {
        reference_counted(self.ty.to_token_stream())
    }

    fn rename(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Rename(name) => Some(name),
            _ => None,
        })
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
                Ok(fields.named.into_iter().filter_map(|field| self::field(ctxt, rule, own_type, field)).collect())
            }
            Fields::Unnamed(_) => Err(NotAStruct { kind: "a tuple struct", at: ident.span() }),
            Fields::Unit => Err(NotAStruct { kind: "a unit struct", at: ident.span() }),
        },
        Data::Enum(data) => Err(NotAStruct { kind: "an enum", at: data.enum_token.span }),
        Data::Union(data) => Err(NotAStruct { kind: "a union", at: data.union_token.span }),
    }
}

fn field(ctxt: &Ctxt, rule: Option<RenameRule>, own_type: &TokenStream, field: syn::Field) -> Option<Field> {
    let ident = field.ident?;
    let name = ident.unraw().to_string();
    Some(Field {
        usual_name: rule.map_or_else(|| name.clone(), |rule| rule.apply(&name)),
        bare: attr::bare(ctxt, &field.attrs),
        options: attr::field_options(ctxt, &field.attrs),
        ident: generated(&ident),
        ty: parenthesized(spelled_out(field.ty, own_type)),
    })
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

/// Replaces `Self` by the struct's own type, because `Self` is another type in generated structs.
fn spelled_out(ty: Type, own_type: &TokenStream) -> Type {
    let tokens = ty.to_token_stream();
    if !has_self(tokens.clone()) {
        return ty;
    }
    syn::parse2(without_self(tokens, own_type)).unwrap_or(ty)
}

fn reference_counted(ty: TokenStream) -> Option<Ident> {
    let mut tokens = ty.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "Rc" => {
                let has_arguments = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
                if has_arguments {
                    return Some(word);
                }
            }
            TokenTree::Group(group) => {
                if let Some(word) = reference_counted(group.stream()) {
                    return Some(word);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

fn has_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => has_self(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn without_self(tokens: TokenStream, own_type: &TokenStream) -> TokenStream {
    let mut spelled_out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                spelled_out.extend(if is_path { quote!(<#own_type>) } else { own_type.clone() });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), own_type));
                inner.set_span(group.span());
                spelled_out.extend([TokenTree::Group(inner)]);
            }
            token => spelled_out.extend([token]),
        }
    }
    spelled_out
}

/// Parenthesizes a type of several traits, whose `+` would otherwise continue with the following tokens.
fn parenthesized(ty: Type) -> Type {
    match ty {
        Type::TraitObject(_) | Type::ImplTrait(_) => {
            Type::Paren(TypeParen { attrs: Vec::new(), paren_token: Paren(ty.span()), elem: Box::new(ty) })
        }
        ty => ty,
    }
}
