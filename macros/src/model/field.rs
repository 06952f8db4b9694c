//! The fields of a valid entity, by what is generated for them.

use proc_macro2::Ident;
use syn::{ExprPath, Path, Type};

use super::beacon::Search;
use super::key::{Composite, KeyPart};
use crate::ast::{Container, Field};
use crate::attr::{Action, Managed};

/// A stored field that is not part of the key.
pub(crate) struct Attribute {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) action: Action,
    pub(crate) encoding: Encoding,
    /// The managed value, if writing sets it.
    pub(crate) managed: Option<Managed>,
    /// The value of an absent attribute, if the type does not determine it.
    pub(crate) default: Option<DefaultValue>,
    /// The condition for omitting the attribute.
    pub(crate) skip_if: Option<ExprPath>,
}

/// A stored field with a handle.
pub(crate) struct Handle {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The beacon by which it can be searched.
    pub(crate) search: Option<Search>,
}

/// The role of a stored field.
pub(crate) enum Role {
    Key(Box<KeyPart>),
    Attribute(Action, Encoding, Absence),
}

/// The time-to-live field.
pub(crate) struct TimeToLive {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// The encoding of a key, which the trait of its type determines.
    pub(crate) key: Option<Encoding>,
}

/// The field that identifies the tenant of an item.
pub(crate) struct Tenant {
    pub(crate) name: String,
    /// The type, if it decides whether the attribute is text: that of a key without a template.
    pub(crate) key: Option<Type>,
}

/// A field that is not stored.
pub(crate) struct Skipped {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) default: DefaultValue,
}

/// A field, and whether `Debug` may show its value.
pub(crate) struct Shown {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) is_public: bool,
}

/// How a value is encoded as an attribute value.
pub(crate) enum Encoding {
    Serde,
    Bytes,
    Number,
    Set,
    Version,
    /// As a key of an index.
    Key,
    /// As part of a key of the table.
    PrimaryPart,
    /// As part of a key of an index, which can be `None`.
    Part,
    /// As a number of seconds.
    Ttl,
    /// By the functions of this module.
    With(Path),
}

/// Whether a field has a value if its attribute is absent.
pub(crate) enum Absence {
    IsAValue,
    IsForTheType,
}

/// The source of a value that is not stored.
pub(crate) enum DefaultValue {
    Trait,
    Function(ExprPath),
}

impl Handle {
    /// Returns those of every stored field, which are known despite errors.
    pub(crate) fn all(container: &Container) -> Vec<Self> {
        // An entity with a lifetime parameter gets no handles, because they would have to name the lifetime.
        if container.generics.lifetimes().next().is_some() {
            return Vec::new();
        }
        container.stored_fields().map(|field| Self::new(container, field)).collect()
    }

    fn new(container: &Container, field: &Field) -> Self {
        let role = match field.is_key() {
            true => Role::Key(Box::new(KeyPart::new(container, field))),
            false => {
                let encoding = Encoding::new(container, field);
                let absence = match (&encoding, field.default()) {
                    (Encoding::Set | Encoding::Version, _) | (_, Some(_)) => Absence::IsAValue,
                    _ => Absence::IsForTheType,
                };
                Role::Attribute(field.action(), encoding, absence)
            }
        };
        let search = Search::of_field(container, field);
        Self { ident: field.ident.clone(), ty: field.ty.clone(), name: field.attribute_name().0, role, search }
    }
}

impl Role {
    /// How the key is made, if a template makes it.
    pub(crate) fn composite(&self) -> Option<&Composite> {
        match self {
            Self::Key(part) => part.composite(),
            Self::Attribute(..) => None,
        }
    }
}

impl Attribute {
    pub(super) fn new(container: &Container, field: &Field) -> Self {
        Self {
            ident: field.ident.clone(),
            ty: field.ty.clone(),
            name: field.attribute_name().0,
            action: field.action(),
            encoding: Encoding::new(container, field),
            managed: field.managed().next().map(|(managed, _)| managed),
            default: field.default().map(DefaultValue::new),
            skip_if: field.skip_if().cloned(),
        }
    }
}

impl TimeToLive {
    pub(super) fn new(container: &Container, field: &Field) -> Self {
        let encoding = if field.is_key() { Encoding::Key } else { Encoding::new(container, field) };
        Self {
            name: field.attribute_name().0,
            ty: field.ty.clone(),
            key: matches!(encoding, Encoding::Key | Encoding::Part | Encoding::PrimaryPart).then_some(encoding),
        }
    }
}

impl Tenant {
    pub(super) fn new(field: &Field) -> Self {
        let decides = field.is_key() && field.template().is_none();
        Self { name: field.attribute_name().0, key: decides.then(|| field.ty.clone()) }
    }
}

impl Skipped {
    pub(super) fn new(field: &Field) -> Self {
        Self {
            ident: field.ident.clone(),
            ty: field.ty.clone(),
            default: field.default().map_or(DefaultValue::Trait, DefaultValue::new),
        }
    }
}

impl Shown {
    /// A field that is not stored is not shown, because it has no action that permits it.
    pub(super) fn new(field: &Field) -> Self {
        let is_public = field.is_key() || !field.is_skipped() && field.action() != Action::Encrypt;
        Self { ident: field.ident.clone(), ty: field.ty.clone(), is_public }
    }
}

impl Encoding {
    pub(super) fn new(container: &Container, field: &Field) -> Self {
        match field.with() {
            Some((module, _)) => Self::With(module.clone()),
            None if field.is_version() => Self::Version,
            None if container.is_index_key(field) => Self::Key,
            None => Self::without_option(container, field),
        }
    }

    fn without_option(container: &Container, field: &Field) -> Self {
        match container.part_of_a_key(field) {
            Some(true) => Self::PrimaryPart,
            Some(false) => Self::Part,
            None if field.ttl().is_some() => Self::Ttl,
            None if field.is_bytes() => Self::Bytes,
            None if field.is_number() => Self::Number,
            None if field.is_set() => Self::Set,
            None => Self::Serde,
        }
    }
}

impl DefaultValue {
    fn new(function: Option<&ExprPath>) -> Self {
        function.map_or(Self::Trait, |function| Self::Function(function.clone()))
    }
}
