//! The primary key, and composite keys.

use proc_macro2::{Ident, Span};
use syn::Type;
use syn::ext::IdentExt;

use crate::ast::{Container, Field};
use crate::attr::{self, Bare, Piece};

/// The primary key.
pub(crate) struct Key {
    pub(crate) partition: KeyPart,
    pub(crate) sort: Option<KeyPart>,
}

/// An attribute of the primary key.
pub(crate) enum KeyPart {
    Field(KeyField),
    Composite(Composite),
}

/// A field whose value is part of a key.
#[derive(Clone)]
pub(crate) struct KeyField {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name of the attribute.
    pub(crate) name: String,
}

/// The values with which a composite sort key is queried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The one value, which has a width and sorts by it; or nothing, where the key is always the same.
    Value,
    /// The only value, at the end, if it is text.
    Trailing,
    /// Several values, or one that is followed by text.
    Parts { is_enclosed: bool },
}

/// A key attribute that a template builds from fields: from others, or from the field of the attribute itself.
pub(crate) struct Composite {
    /// The name of the attribute.
    pub(crate) name: String,
    /// The constant that holds the template.
    pub(crate) constant: Ident,
    pub(crate) pieces: Vec<Piece>,
    /// In the order of the template.
    pub(crate) values: Vec<TemplateValue>,
}

/// The value of a field in a template.
pub(crate) struct TemplateValue {
    pub(crate) field: KeyField,
    /// The width up to which leading zeros are added.
    pub(crate) width: Option<usize>,
}

impl Key {
    /// Returns `None` if there is no key for which code can be generated.
    pub(crate) fn new(container: &Container) -> Option<Self> {
        let fields = container.fields.as_ref().ok()?;
        if container.generics.lifetimes().next().is_some() {
            return None;
        }
        let part = |role: Bare, composite: Option<&attr::Composite>| match composite {
            Some(composite) => Composite::new(container, composite).map(KeyPart::Composite),
            None => fields.iter().find(|field| field.bare(role).is_some()).map(|field| KeyPart::new(container, field)),
        };
        let partition = part(Bare::PartitionKey, container.partition_composite().map(|(composite, _)| composite))?;
        let sort = part(Bare::SortKey, container.sort_composite().map(|(composite, _)| composite));
        let sort = sort.filter(|sort| sort.name() != partition.name());
        let key = Self { partition, sort };
        let has_fields = key.fields().next().is_some();
        has_fields.then_some(key)
    }

    /// Returns the attributes of the key, the partition key first.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &KeyPart> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    /// Returns the fields of which the key consists, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &KeyField> {
        let mut fields: Vec<&KeyField> = Vec::new();
        for field in self.parts().flat_map(KeyPart::fields) {
            if fields.iter().all(|known| known.ident != field.ident) {
                fields.push(field);
            }
        }
        fields.into_iter()
    }

    /// Returns the attributes with a template.
    pub(crate) fn composites(&self) -> impl Iterator<Item = &Composite> {
        self.parts().filter_map(KeyPart::composite)
    }
}

impl KeyPart {
    pub(super) fn new(container: &Container, field: &Field) -> Self {
        let composite =
            field.template().map(|(template, _)| Composite::of_template(container, field.attribute_name().0, template));
        composite.map_or_else(|| Self::Field(KeyField::new(field)), Self::Composite)
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Field(field) => &field.name,
            Self::Composite(composite) => &composite.name,
        }
    }

    pub(crate) fn fields(&self) -> Vec<&KeyField> {
        match self {
            Self::Field(field) => vec![field],
            Self::Composite(composite) => composite.values.iter().map(|value| &value.field).collect(),
        }
    }

    pub(crate) fn field(&self) -> Option<&KeyField> {
        match self {
            Self::Field(field) => Some(field),
            Self::Composite(_) => None,
        }
    }

    pub(crate) fn composite(&self) -> Option<&Composite> {
        match self {
            Self::Field(_) => None,
            Self::Composite(composite) => Some(composite),
        }
    }
}

impl KeyField {
    pub(crate) fn new(field: &Field) -> Self {
        Self { ident: field.ident.clone(), ty: field.ty.clone(), name: field.attribute_name().0 }
    }
}

impl Composite {
    pub(super) fn new(container: &Container, composite: &attr::Composite) -> Option<Self> {
        Some(Self::of_template(container, composite.name()?.value(), composite.template()?))
    }

    /// Returns those that are not keys of the table, without duplicates.
    pub(super) fn of_indexes(container: &Container) -> Vec<Self> {
        let primary = || container.templates().filter(|made| made.is_primary).map(|made| made.name);
        let mut composites: Vec<Self> = Vec::new();
        for made in container.templates().filter(|made| !made.is_primary) {
            let is_known = composites.iter().any(|known| known.name == made.name);
            if !is_known && primary().all(|name| name != made.name) {
                composites.push(Self::of_template(container, made.name, made.template));
            }
        }
        composites
    }

    fn of_template(container: &Container, name: String, template: &attr::Template) -> Self {
        let number = container.templates().position(|made| made.name == name).unwrap_or_default();
        let values = template.placeholders().filter_map(|placeholder| {
            let field = container.stored_fields().find(|field| field.ident.unraw() == placeholder.field)?;
            Some(TemplateValue { field: KeyField::new(field), width: placeholder.width })
        });
        Self {
            name,
            constant: Ident::new(&format!("__TEMPLATE_{number}"), Span::mixed_site()),
            pieces: template.pieces().to_vec(),
            values: values.collect(),
        }
    }

    /// The field that the attribute is that of, if it is one.
    pub(crate) fn own_field(&self) -> Option<&Ident> {
        self.values.iter().map(|value| &value.field).find(|field| field.name == self.name).map(|field| &field.ident)
    }

    /// Returns whether the field's value is part of it.
    pub(crate) fn has(&self, field: &Ident) -> bool {
        self.values.iter().any(|value| value.field.ident == *field)
    }

    /// Returns how it is queried.
    pub(crate) fn shape(&self) -> Shape {
        let is_enclosed = matches!(self.pieces.last(), Some(Piece::Text(_)));
        match &self.values[..] {
            [] => Shape::Value,
            [value] if value.width.is_some() => Shape::Value,
            [_] if !is_enclosed => Shape::Trailing,
            _ => Shape::Parts { is_enclosed },
        }
    }
}
