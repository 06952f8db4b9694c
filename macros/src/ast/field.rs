//! A field as the user wrote it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt;
use syn::{ExprPath, LitStr, Path, Type};

use crate::attr::{self, Action, Bare, Beacon, FieldOption, Managed, RenameRule, Template, Written};
use crate::ctxt::Ctxt;

use super::{generated, types};

/// A field with its annotations.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name of its attribute, unless `rename` changes it.
    usual_name: String,
    pub(crate) bare: Vec<Written<Bare>>,
    pub(crate) options: Vec<Written<FieldOption>>,
}

impl Field {
    pub(super) fn parse(
        ctxt: &Ctxt,
        rule: Option<RenameRule>,
        own_type: &TokenStream,
        field: syn::Field,
    ) -> Option<Self> {
        let ident = field.ident?;
        let name = ident.unraw().to_string();
        Some(Self {
            usual_name: rule.map_or_else(|| name.clone(), |rule| rule.apply(&name)),
            bare: attr::bare(ctxt, &field.attrs),
            options: attr::field_options(ctxt, &field.attrs),
            ident: generated(&ident),
            ty: types::parenthesized(types::spelled_out(field.ty, own_type)),
        })
    }

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
    pub(crate) fn managed(&self) -> impl Iterator<Item = (Managed, &Ident)> {
        self.options.iter().filter_map(|option| match option.value {
            FieldOption::Managed(managed) => Some((managed, &option.word)),
            _ => None,
        })
    }

    pub(crate) fn is_managed(&self) -> bool {
        self.managed().next().is_some()
    }

    pub(crate) fn is_version(&self) -> bool {
        self.managed().any(|(managed, _)| managed == Managed::Version)
    }

    /// Returns the word `ttl`, if the field is the time to live.
    pub(crate) fn ttl(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, FieldOption::Ttl)).map(|option| &option.word)
    }

    /// Returns the keyword `tenant`, if the field has it.
    pub(crate) fn tenant(&self) -> Option<&Ident> {
        self.options.iter().find(|option| matches!(option.value, FieldOption::Tenant)).map(|option| &option.word)
    }

    /// Returns the beacons of the field, with their keywords. More than one is an error.
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

    /// Returns the other names under which the attribute is read, each with its keyword.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = (&LitStr, &Ident)> {
        self.options.iter().filter_map(|option| match &option.value {
            FieldOption::Alias(name) => Some((name, &option.word)),
            _ => None,
        })
    }

    /// Returns the `Rc` of an `Rc<..>` anywhere in the type of the field: an entity with one cannot be sent between
    /// threads.
    pub(crate) fn reference_counted(&self) -> Option<Ident> {
        types::reference_counted(self.ty.to_token_stream())
    }

    fn rename(&self) -> Option<&LitStr> {
        self.options.iter().find_map(|option| match &option.value {
            FieldOption::Rename(name) => Some(name),
            _ => None,
        })
    }
}
