//! The declared beacons of a struct.

use proc_macro2::{Ident, Span};
use syn::LitStr;
use syn::ext::IdentExt;

use crate::attr::{Action, Beacon, Compound, ContainerOption, Source, Transform, WholeNumber};

use super::{Container, Field};

/// A declared beacon and its source field.
pub(crate) struct DeclaredBeacon<'a> {
    pub(crate) beacon: &'a Beacon,
    /// The keyword that declares it.
    pub(crate) word: &'a Ident,
    /// The hashed field, of which a path may hash only a part; `None` if a beacon of a struct names no field.
    pub(crate) field: Option<&'a Field>,
    /// True if it is declared on the field.
    pub(crate) is_of_field: bool,
}

impl Container {
    /// Returns the beacons of fields, and then those of the struct.
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

    /// Returns the compound beacons, each with the keyword that declares it.
    pub(crate) fn compounds(&self) -> impl Iterator<Item = (&Compound, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            ContainerOption::Compound(compound) => Some((compound, &option.word)),
            _ => None,
        })
    }

    /// Returns the compound beacon that an index names as its key.
    pub(crate) fn index_compound(&self, key: &Ident) -> Option<&Compound> {
        let key = key.unraw();
        let mut compounds = self.compounds().map(|(compound, _)| compound);
        compounds.find(|compound| compound.name().is_some_and(|name| name.unraw() == key))
    }

    /// Returns the source field of a beacon.
    pub(crate) fn source_field(&self, source: &Source) -> Option<&Field> {
        let name = match source {
            Source::Field(field) => field.unraw().to_string(),
            Source::Path(path) => DeclaredBeacon::steps(&path.value()).0.to_owned(),
        };
        self.stored_fields().find(|field| field.ident.unraw() == name)
    }

    /// Returns the beacon that an index names as its key, or a compound beacon as its part: that of a field, or one of the struct.
    pub(crate) fn named_beacon(&self, key: &Ident) -> Option<DeclaredBeacon<'_>> {
        let key = key.unraw();
        self.beacons().find(|declared| match declared.field.filter(|_| declared.is_of_field) {
            Some(field) => field.ident.unraw() == key && !field.is_key() && field.action() == Action::Encrypt,
            None => declared.beacon.name().is_some_and(|name| name.unraw() == key),
        })
    }

    /// Returns the number of partitions, with its keyword.
    pub(crate) fn partitions(&self) -> Option<(WholeNumber, &Ident)> {
        self.options.iter().find_map(|option| match option.value {
            ContainerOption::Partitions(count) => Some((count, &option.word)),
            _ => None,
        })
    }
}

impl<'a> DeclaredBeacon<'a> {
    /// Returns the name of the beacon, and its token.
    pub(crate) fn name(&self) -> Option<(String, Span)> {
        match (self.beacon.name(), self.field.filter(|_| self.is_of_field)) {
            (Some(name), _) => Some((name.unraw().to_string(), name.span())),
            (None, Some(field)) => Some(field.attribute_name()),
            (None, None) => None,
        }
    }

    /// Returns the location of the value: the name of an attribute, or a path into one.
    pub(crate) fn location(&self) -> Option<String> {
        let attribute = self.field?.attribute_name().0;
        match self.beacon.of() {
            Some(Source::Path(path)) => Some(format!("{attribute}{}", Self::steps(&path.value()).1)),
            _ => Some(attribute),
        }
    }

    /// Returns the path into a field, unless the whole value is hashed.
    pub(crate) fn path(&self) -> Option<&'a LitStr> {
        match self.beacon.of() {
            Some(Source::Path(path)) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn transforms(&self) -> Vec<Transform> {
        self.beacon.transforms().map(|(transform, _)| transform).collect()
    }

    /// Returns true if each member of a set has a hash.
    pub(crate) fn is_set(&self) -> bool {
        self.path().is_none() && self.field.is_some_and(Field::is_set)
    }

    /// `("address", ".city")` for `address.city`.
    fn steps(path: &str) -> (&str, &str) {
        path.find(['.', '[']).map_or((path, ""), |end| path.split_at(end))
    }
}
