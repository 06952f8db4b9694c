//! A valid entity, which is the only input of the expansion.

mod beacon;
mod compound;
mod field;
mod index;
mod key;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute as Annotation, Generics, LitStr, Visibility};

pub(crate) use self::beacon::{Beacon, Beacons, Operand, Search, SearchHandle, SearchKind, SourceType, Style};
pub(crate) use self::compound::{Compound, EncryptedPart, SignedPart, State};
pub(crate) use self::field::{
    Absence, Attribute, DefaultValue, Encoding, Handle, Role, Shown, Skipped, Tenant, TimeToLive,
};
pub(crate) use self::index::{Index, IndexKey, Projection};
pub(crate) use self::key::{Composite, Key, KeyField, KeyPart, Shape, TemplateValue};
use crate::ast::{Container, Field};
use crate::attr::{self, Action, Managed, Unknown};
use crate::names;

/// The outer properties of the struct, which are known even if there are errors in its fields.
pub(crate) struct Frame {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// The levels of lints that the struct sets.
    pub(crate) lints: Vec<Annotation>,
    /// The path of the crate `dynaseal`, as the user wrote it if they did.
    pub(crate) public_runtime: TokenStream,
    /// The path of the crate for implementations, which use a private alias of a path given by the user: if no such
    /// crate exists, the error is reported once.
    pub(crate) runtime: TokenStream,
    /// The table name that signatures are bound to, if it is not that of the real table.
    pub(crate) logical_table_name: Option<LitStr>,
    /// The attribute that identifies the tenant.
    pub(crate) tenant: Option<String>,
    /// Whether writing sets a version or a timestamp.
    pub(crate) is_managed: bool,
    /// Whether `Debug` is requested.
    pub(crate) is_debug: bool,
    /// False if the struct cannot be an entity for other reasons: it borrows, or cannot be sent between threads.
    pub(crate) can_be_entity: bool,
}

/// A struct without errors.
pub(crate) struct Entity {
    pub(crate) frame: Frame,
    pub(crate) key: Key,
    pub(crate) unknown: Unknown,
    /// The prefix of the names of unsigned attributes.
    pub(crate) unsigned_prefix: Option<LitStr>,
    /// The action of the primary key.
    pub(crate) key_action: Action,
    pub(crate) discriminator: Option<Discriminator>,
    /// The time-to-live field.
    pub(crate) ttl: Option<TimeToLive>,
    /// The field that identifies the tenant of the item.
    pub(crate) tenant: Option<Tenant>,
    /// Attributes that the struct does not have, or has under another name, sorted by name.
    pub(crate) others: Vec<(String, Action)>,
    /// Names under which an attribute is also read, each with the attribute's own.
    pub(crate) aliases: Vec<(String, String)>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) handles: Vec<Handle>,
    pub(crate) search_handles: Vec<SearchHandle>,
    pub(crate) beacons: Beacons,
    pub(crate) compounds: Vec<Compound>,
    pub(crate) indexes: Vec<Index>,
    /// The composite keys of indexes that are not keys of the table.
    pub(crate) index_composites: Vec<Composite>,
    pub(crate) skipped: Vec<Skipped>,
    /// All fields, for `Debug`.
    pub(crate) shown: Vec<Shown>,
}

/// The discriminator of the entity.
pub(crate) struct Discriminator {
    pub(crate) attribute: String,
    pub(crate) value: String,
}

impl Frame {
    pub(crate) fn new(container: &Container) -> Self {
        Self {
            ident: container.ident.clone(),
            vis: container.vis.clone(),
            generics: container.generics.clone(),
            lints: container.lints.clone(),
            public_runtime: container.runtime().map_or_else(|| quote!(::dynaseal), ToTokens::to_token_stream),
            runtime: container.runtime().map_or_else(|| quote!(::dynaseal), |_| quote!(__dynaseal)),
            logical_table_name: container.logical_table_name().cloned(),
            tenant: container
                .fields
                .iter()
                .flatten()
                .find(|field| field.tenant().is_some())
                .map(|field| field.attribute_name().0),
            is_managed: container.fields.iter().flatten().any(Field::is_managed),
            is_debug: container.is_debug(),
            can_be_entity: container.generics.lifetimes().next().is_none()
                && container.fields.iter().flatten().all(|field| field.reference_counted().is_none()),
        }
    }
}

impl Entity {
    /// Creates the entity. The container must have passed every check.
    pub(crate) fn new(frame: Frame, key: Key, container: &Container) -> Self {
        let fields = container.fields.as_deref().unwrap_or_default();
        let (skipped, stored): (Vec<&Field>, Vec<&Field>) =
            fields.iter().filter(|field| !field.is_key()).partition(|field| field.is_skipped());
        let aliases_of = |field: &&Field| {
            let name = field.attribute_name().0;
            field.aliases().map(move |(alias, _)| (alias.value(), name.clone())).collect::<Vec<_>>()
        };
        let aliases = stored.iter().flat_map(aliases_of).collect();
        let actions_of = |field: &&Field| {
            let action = field.action();
            field.aliases().map(move |(alias, _)| (alias.value(), action)).collect::<Vec<_>>()
        };
        let aliased = stored.iter().flat_map(actions_of);
        Self {
            frame,
            key,
            unknown: container.unknown().unwrap_or(Unknown::Action(Action::Encrypt)),
            unsigned_prefix: container.unsigned_prefix().cloned(),
            key_action: container.key_action(),
            discriminator: container.discriminator().and_then(|(discriminator, _)| Discriminator::new(discriminator)),
            ttl: fields.iter().find(|field| field.ttl().is_some()).map(|field| TimeToLive::new(container, field)),
            tenant: fields.iter().find(|field| field.tenant().is_some()).map(Tenant::new),
            others: sorted(container.others().map(|other| (other.name.value(), other.action)).chain(aliased)),
            aliases,
            attributes: stored.iter().map(|field| Attribute::new(container, field)).collect(),
            handles: Handle::all(container),
            search_handles: SearchHandle::all(container),
            beacons: Beacons::new(container),
            compounds: Compound::all(container),
            indexes: Index::all(container),
            index_composites: Composite::of_indexes(container),
            skipped: skipped.into_iter().map(Skipped::new).collect(),
            shown: fields.iter().map(Shown::new).collect(),
        }
    }

    /// Returns the action of every attribute, sorted by name.
    pub(crate) fn actions(&self) -> Vec<(&str, Action)> {
        let keys = self.key.parts().map(|part| (part.name(), self.key_action));
        let composites = self.index_composites.iter().map(|composite| composite.name.as_str());
        let discriminator = self.discriminator.iter().map(|own| own.attribute.as_str());
        let added = composites.chain(discriminator).map(|name| (name, Action::SignOnly));
        let others = self.attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.action));
        sorted(keys.chain(added).chain(others))
    }

    /// Returns the attributes with a template.
    pub(crate) fn composites(&self) -> impl Iterator<Item = &Composite> {
        self.key.composites().chain(&self.index_composites)
    }

    /// Returns the managed attributes.
    pub(crate) fn managed(&self) -> impl Iterator<Item = (Managed, &Attribute)> {
        self.attributes.iter().filter_map(|attribute| Some((attribute.managed?, attribute)))
    }
}

/// Sorts by name as the format does, by UTF-16 code units.
fn sorted<Name: AsRef<str>>(actions: impl Iterator<Item = (Name, Action)>) -> Vec<(Name, Action)> {
    let mut actions: Vec<_> = actions.collect();
    actions.sort_by(|(a, _), (b, _)| a.as_ref().encode_utf16().cmp(b.as_ref().encode_utf16()));
    actions
}

impl Discriminator {
    fn new(discriminator: &attr::Discriminator) -> Option<Self> {
        let attribute = discriminator.attribute().map_or_else(|| names::DISCRIMINATOR.to_owned(), LitStr::value);
        Some(Self { attribute, value: discriminator.value()?.value() })
    }
}
