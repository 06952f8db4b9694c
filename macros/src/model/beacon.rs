//! The beacons of an entity.

use proc_macro2::Ident;
use syn::Type;
use syn::ext::IdentExt;

use super::Encoding;
use crate::ast::{Container, DeclaredBeacon, Field, generated};
use crate::attr::{Action, Form, Transform};

/// The beacons of an entity, and the number of partitions of its items.
pub(crate) struct Beacons {
    pub(crate) partitions: Option<u8>,
    pub(crate) standard: Vec<Beacon>,
}

/// A standard beacon.
pub(crate) struct Beacon {
    pub(crate) name: String,
    pub(crate) bits: u8,
    /// Where the value is.
    pub(crate) location: String,
    pub(crate) transforms: Vec<Transform>,
    /// The name of the virtual field, which no attribute has, if there are transforms.
    pub(crate) virtual_name: String,
    pub(crate) style: Style,
    pub(crate) partitions: Option<u8>,
    pub(crate) is_extension: bool,
    pub(crate) source: SourceType,
}

/// The style of a beacon.
pub(crate) enum Style {
    Plain,
    PartOnly,
    Shared(String),
    Set,
    SharedSet(String),
    /// The numbers of characters of the shortest and of the longest prefix.
    Prefixes(u8, u8),
    Words,
    Ngrams(u8),
    /// The width of a bucket, at least 1.
    Buckets(u64),
}

/// The requirement on the type of the hashed field.
pub(crate) enum SourceType {
    /// Equal values must be stored as equal bytes.
    Value(Type),
    /// It must be stored as text.
    Text(Type),
    /// It must be stored as a number.
    Number(Type),
    /// The type is unknown, for a value at a path or of a module.
    Unknown,
}

/// The kinds of conditions on a field.
#[derive(Clone)]
pub(crate) struct Search {
    /// The name of the beacon.
    pub(crate) name: String,
    pub(crate) kind: SearchKind,
}

/// The kinds of conditions on a beacon.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchKind {
    Equality,
    Membership,
    PartOnly,
    Prefixes,
    Words,
    Ngrams,
    Buckets,
}

/// The handle of a beacon that is not a field.
pub(crate) struct SearchHandle {
    pub(crate) ident: Ident,
    pub(crate) search: Search,
    pub(crate) operand: Operand,
}

/// The type of the operand for a beacon that is not a field.
pub(crate) enum Operand {
    Text,
    Number,
    /// A value of the source field, and its encoding.
    Value(Box<Type>, Encoding),
    /// A value of a compound beacon.
    Compound,
}

impl Beacons {
    pub(crate) fn new(container: &Container) -> Self {
        Self {
            partitions: container.partitions().and_then(|(count, _)| u8::try_from(count.value).ok()),
            standard: container.beacons().filter_map(|declared| Beacon::new(container, &declared)).collect(),
        }
    }
}

impl Beacon {
    fn new(container: &Container, declared: &DeclaredBeacon<'_>) -> Option<Self> {
        let name = declared.name()?.0;
        let partitions = declared.beacon.partitions();
        Some(Self {
            bits: u8::try_from(declared.beacon.bits()?.value).ok()?,
            location: declared.location()?,
            transforms: declared.transforms(),
            virtual_name: virtual_name(container, &name),
            style: Style::new(container, declared),
            partitions: partitions.and_then(|count| u8::try_from(count.value).ok()),
            is_extension: declared.beacon.is_extension(),
            source: SourceType::new(container, declared),
            name,
        })
    }
}

impl Style {
    fn new(container: &Container, declared: &DeclaredBeacon<'_>) -> Self {
        if declared.beacon.part_only().is_some() {
            return Self::PartOnly;
        }
        if let Some((form, _)) = declared.beacon.form() {
            // The lengths are checked.
            let length = |length: u64| u8::try_from(length).unwrap_or(u8::MAX);
            return match form {
                Form::Prefixes(shortest, longest) => Self::Prefixes(length(shortest.value), length(longest.value)),
                Form::Words => Self::Words,
                Form::Ngrams(count) => Self::Ngrams(length(count.value)),
                Form::Buckets(width) => Self::Buckets(width.value),
            };
        }
        let other = declared.beacon.shared().and_then(|other| {
            let field = container.stored_field(other).and_then(|field| own_beacon(container, field)?.name());
            field.map(|(name, _)| name).or_else(|| Some(other.unraw().to_string()))
        });
        match (declared.is_set(), other) {
            (false, None) => Self::Plain,
            (false, Some(other)) => Self::Shared(other),
            (true, None) => Self::Set,
            (true, Some(other)) => Self::SharedSet(other),
        }
    }
}

impl SourceType {
    fn new(container: &Container, declared: &DeclaredBeacon<'_>) -> Self {
        let Some(field) = declared.field.filter(|_| declared.path().is_none()) else { return Self::Unknown };
        let form = declared.beacon.form().map(|(form, _)| form);
        let is_text = declared.beacon.transforms().next().is_some() || form.is_some_and(Form::is_of_terms);
        match Encoding::new(container, field) {
            Encoding::With(_) | Encoding::Number if form.is_some() && !is_text => Self::Unknown,
            _ if form.is_some() && !is_text => Self::Number(field.ty.clone()),
            _ if is_text && field.with().is_none() => Self::Text(field.ty.clone()),
            Encoding::Serde => Self::Value(field.ty.clone()),
            _ => Self::Unknown,
        }
    }
}

impl Search {
    /// Returns the kinds of a field with a beacon.
    pub(crate) fn of_field(container: &Container, field: &Field) -> Option<Self> {
        let declared = own_beacon(container, field)?;
        (!field.is_key() && field.action() == Action::Encrypt).then_some(())?;
        Self::new(&declared)
    }

    fn new(declared: &DeclaredBeacon<'_>) -> Option<Self> {
        let kind = match declared.beacon.part_only() {
            Some(_) => SearchKind::PartOnly,
            None if declared.is_set() => SearchKind::Membership,
            None => match declared.beacon.form() {
                None => SearchKind::Equality,
                Some((Form::Prefixes(..), _)) => SearchKind::Prefixes,
                Some((Form::Words, _)) => SearchKind::Words,
                Some((Form::Ngrams(_), _)) => SearchKind::Ngrams,
                Some((Form::Buckets(_), _)) => SearchKind::Buckets,
            },
        };
        Some(Self { name: declared.name()?.0, kind })
    }
}

impl SearchHandle {
    /// Returns the handles of all beacons that are not fields, which are known despite errors.
    pub(crate) fn all(container: &Container) -> Vec<Self> {
        if container.generics.lifetimes().next().is_some() {
            return Vec::new();
        }
        let mut handles: Vec<Self> = Vec::new();
        for declared in container.beacons().filter(|declared| !declared.is_of_field) {
            let (Some(name), Some(search)) = (declared.beacon.name(), Search::new(&declared)) else { continue };
            let is_taken = container.stored_field(name).is_some() || handles.iter().any(|known| known.ident == *name);
            if is_taken || search.kind == SearchKind::PartOnly {
                continue;
            }
            let is_text = declared.path().is_some() || !declared.transforms().is_empty();
            let field = declared.field.filter(|_| !is_text);
            let field = field.map(|field| (field.ty.clone(), Encoding::new(container, field)));
            let operand = match field {
                Some((ty, encoding)) => Operand::Value(Box::new(ty), encoding),
                None if search.kind == SearchKind::Buckets => Operand::Number,
                None => Operand::Text,
            };
            handles.push(Self { ident: generated(name), search, operand });
        }
        for (compound, _) in container.compounds() {
            // A beacon without encrypted parts is readable, and is searched as a key.
            let Some(name) = compound.name().filter(|_| compound.encrypted().next().is_some()) else { continue };
            let is_taken = container.stored_field(name).is_some() || handles.iter().any(|known| known.ident == *name);
            if !is_taken && compound.split().is_some() {
                let search = Search { name: name.unraw().to_string(), kind: SearchKind::Equality };
                handles.push(Self { ident: generated(name), search, operand: Operand::Compound });
            }
        }
        handles
    }
}

fn own_beacon<'a>(container: &'a Container, field: &Field) -> Option<DeclaredBeacon<'a>> {
    container
        .beacons()
        .find(|declared| declared.is_of_field && declared.field.is_some_and(|candidate| candidate.ident == field.ident))
}

/// Returns a name that no attribute and no beacon has.
fn virtual_name(container: &Container, beacon: &str) -> String {
    let mut name = format!("{beacon}_text");
    let is_taken = |name: &str| {
        container.stored_fields().any(|field| field.attribute_name().0 == name)
            || container.beacons().any(|declared| declared.name().is_some_and(|(other, _)| other == name))
            || container.others().any(|other| other.name.value() == name)
    };
    while is_taken(&name) {
        name.push('_');
    }
    name
}
