//! The secondary indexes.

use proc_macro2::Ident;
use syn::Type;

use super::{Composite, Encoding, KeyField, KeyPart};
use crate::ast::{Container, Field, generated};
use crate::attr::{self, Bare, IndexOption};

/// A secondary index.
pub(crate) struct Index {
    pub(crate) name: String,
    /// The name of its handle.
    pub(crate) handle: Ident,
    pub(crate) is_local: bool,
    /// Always present if there are no errors.
    pub(crate) partition: Option<IndexKey>,
    pub(crate) sort: Option<IndexKey>,
    pub(crate) projection: Projection,
}

/// A key attribute of an index.
pub(crate) enum IndexKey {
    /// A key of the table.
    Primary(KeyPart),
    /// Any other field, which may be `None`.
    Attribute(KeyField),
    /// A composite key, whose fields may be `None`.
    Composite(Composite),
    /// A beacon, by its name, of a field that can be `None`. Without a field, the operand is text.
    Beacon { name: String, ty: Option<Type> },
    /// A compound beacon of this name, which is stored as this attribute.
    Compound { name: Ident, attribute: String },
}

/// The projection of an index.
pub(crate) enum Projection {
    All,
    KeysOnly,
    /// The keys, and the attributes of these names.
    Include(Vec<String>),
}

impl Index {
    /// Returns the indexes with handles, which are known even if there are errors.
    pub(crate) fn all(container: &Container) -> Vec<Self> {
        // An entity with a lifetime parameter gets no handles.
        if container.generics.lifetimes().next().is_some() {
            return Vec::new();
        }
        let mut indexes: Vec<Self> = Vec::new();
        for (index, _) in container.indexes() {
            let Some(index) = Self::new(container, index) else { continue };
            if indexes.iter().all(|known| known.handle != index.handle) {
                indexes.push(index);
            }
        }
        indexes
    }

    fn new(container: &Container, index: &attr::Index) -> Option<Self> {
        let field = |name| IndexKey::of_name(container, name);
        let composite = |(composite, _)| IndexKey::of_composite(container, composite);
        let primary = || match container.partition_composite() {
            Some(partition) => composite(partition),
            None => {
                let partition = container.stored_fields().find(|field| field.bare(Bare::PartitionKey).is_some());
                partition.map(|partition| IndexKey::new(container, partition))
            }
        };
        Some(Self {
            name: index.name()?.value(),
            handle: index.handle()?,
            is_local: index.local().is_some(),
            partition: match (index.partition(), index.composite_partition()) {
                (Some(name), _) => field(name),
                (None, Some(partition)) => composite(partition),
                (None, None) => primary(),
            },
            sort: index.sort().and_then(field).or_else(|| index.composite_sort().and_then(composite)),
            projection: Projection::new(container, index),
        })
    }
}

impl Index {
    /// Returns true if a key is a hash, so that the keys alone do not identify the value.
    pub(crate) fn has_beacon(&self) -> bool {
        self.partition.iter().chain(&self.sort).any(IndexKey::is_beacon)
    }
}

impl IndexKey {
    /// The types of its fields, if they can be `Option`s, and how a value of each becomes the key.
    pub(crate) fn optional_types(&self) -> Vec<(&Type, Encoding)> {
        match self {
            Self::Primary(_) | Self::Compound { .. } => Vec::new(),
            Self::Attribute(field) => vec![(&field.ty, Encoding::Key)],
            Self::Beacon { ty, .. } => ty.iter().map(|ty| (ty, Encoding::Key)).collect(),
            Self::Composite(composite) => {
                composite.values.iter().map(|value| (&value.field.ty, Encoding::Part)).collect()
            }
        }
    }

    fn of_name(container: &Container, name: &Ident) -> Option<Self> {
        if let Some(compound) = container.index_compound(name) {
            return Some(Self::Compound { name: generated(compound.name()?), attribute: compound.attribute()? });
        }
        let Some(declared) = container.named_beacon(name) else {
            return Some(Self::new(container, container.stored_field(name)?));
        };
        let is_text = declared.path().is_some() || !declared.is_of_field && !declared.transforms().is_empty();
        let ty = declared.field.filter(|_| !is_text).map(|field| field.ty.clone());
        Some(Self::Beacon { name: declared.name()?.0, ty })
    }

    /// True for a key that is a hash, which several values can have.
    pub(crate) fn is_beacon(&self) -> bool {
        matches!(self, Self::Beacon { .. } | Self::Compound { .. })
    }

    fn new(container: &Container, field: &Field) -> Self {
        match field.is_key() {
            true => Self::Primary(KeyPart::new(container, field)),
            false => Self::Attribute(KeyField::new(field)),
        }
    }

    /// If the table has the same key, returns that.
    fn of_composite(container: &Container, composite: &attr::Composite) -> Option<Self> {
        let mut primary = container.partition_composite().into_iter().chain(container.sort_composite());
        let is_primary = primary.any(|(primary, _)| primary.is_same_as(composite));
        let composite = Composite::new(container, composite)?;
        Some(if is_primary { Self::Primary(KeyPart::Composite(composite)) } else { Self::Composite(composite) })
    }
}

impl Projection {
    fn new(container: &Container, index: &attr::Index) -> Self {
        match index.projection().map(|option| &option.value) {
            Some(IndexOption::Projection(attr::Projection::KeysOnly)) => Self::KeysOnly,
            Some(IndexOption::Projection(attr::Projection::Include(fields))) => {
                let fields = fields.iter().filter_map(|name| container.stored_field(name));
                Self::Include(fields.map(|field| field.attribute_name().0).collect())
            }
            _ => Self::All,
        }
    }
}
