//! The implementation of `EncryptedItem`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::codec::{self, local, place, relocate};
use super::{beacon, index, key, key_definition, managed, option, tenant, types};
use crate::attr::{Action, Unknown};
use crate::model::{Discriminator, Encoding, Entity, Frame, Key, TimeToLive};

pub(super) fn implementation(
    frame: &Frame,
    key: Option<&Key>,
    key_type: &TokenStream,
    predicates: &[TokenStream],
    items: &TokenStream,
) -> TokenStream {
    let Frame { ident, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let written = managed::written(frame);
    let key_types = index::primary_types(runtime, key);
    let key_parts = key::parts_type(key);
    let table = Literal::u64_unsuffixed(table(frame, key));
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::EncryptedItem for #ident #type_generics where #(#predicates,)* {
            type Key = #key_type;
            #key_parts
            #key_types
            type Written = #written;
            type Table = #runtime::__private::TableOf<#table>;
            #items
        }
    }
}

/// Identifies the names of the key attributes, the logical table name and the attribute of the tenant, which all entities
/// of a table have in common: the FNV-1a hash.
fn table(frame: &Frame, key: Option<&Key>) -> u64 {
    let keys = key.into_iter().flat_map(Key::parts).map(|part| part.name().to_owned());
    let logical_name = frame.logical_table_name.as_ref().map(|name| format!("/{}", name.value()));
    let tenant = frame.tenant.as_ref().map(|name| format!("//{name}"));
    let names = keys.chain(logical_name).chain(tenant).flat_map(|name| name.into_bytes().into_iter().chain([0xFF]));
    names.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

pub(super) fn associated_items(entity: &Entity, key_type: &TokenStream) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let partition_key = key_definition(runtime, &entity.key.partition);
    let sort_key = option(entity.key.sort.as_ref().map(|sort| key_definition(runtime, sort)));
    let actions = list_of_actions(runtime, &entity.actions());
    let others = list_of_actions(runtime, &entity.others);
    let unknown = unknown(runtime, entity.unknown);
    let logical_table_name = option(entity.frame.logical_table_name.as_ref());
    let to_item = codec::to_item(entity);
    let from_item = codec::from_item(entity);
    let managed = managed::items(entity);
    let numbers = managed::numbers(entity);
    let primary_index = index::primary(runtime, &entity.key);
    let indexes = index::definitions(runtime, &entity.indexes);
    let unsigned_prefix = unsigned_prefix(entity);
    let ttl = ttl(entity);
    let tenant = tenant::constant(entity);
    let discriminator = discriminator(entity);
    let aliases = aliases(entity);
    let types = types::list(entity);
    let beacons = beacon::function(entity);
    quote! {
        const KEY_SCHEMA: #runtime::KeySchema = #runtime::KeySchema::new(#partition_key, #sort_key);
        const ACTIONS: &'static [(&'static ::core::primitive::str, #runtime::AttributeAction)] = #actions;
        const TYPES: &'static [(&'static ::core::primitive::str, &'static ::core::primitive::str)] = #types;
        const OTHER_ATTRIBUTES: &'static [(&'static ::core::primitive::str, #runtime::AttributeAction)] = #others;
        const UNKNOWN: #runtime::UnknownAttributes = #unknown;
        const LOGICAL_TABLE_NAME: ::core::option::Option<&'static ::core::primitive::str> = #logical_table_name;
        #indexes
        #unsigned_prefix
        #ttl
        #tenant
        #discriminator
        #aliases

        #beacons
        #primary_index

        fn key(&self) -> #key_type {
            ::core::convert::From::from(self)
        }

        #to_item
        #from_item
        #numbers
        #managed
    }
}

pub(super) fn stub_items(frame: &Frame, key_type: &TokenStream) -> TokenStream {
    let runtime = &frame.runtime;
    let item = local("item");
    let written = managed::written(frame);
    quote! {
        const KEY_SCHEMA: #runtime::KeySchema = #runtime::KeySchema::new(
            #runtime::KeyDefinition::new("", #runtime::KeyType::String),
            ::core::option::Option::None,
        );
        const ACTIONS: &'static [(&'static ::core::primitive::str, #runtime::AttributeAction)] = &[];
        const UNKNOWN: #runtime::UnknownAttributes = #runtime::UnknownAttributes::Reject;
        const LOGICAL_TABLE_NAME: ::core::option::Option<&'static ::core::primitive::str> = ::core::option::Option::None;

        fn primary_index() -> #runtime::Index<Self, Self::PartitionKey, Self::SortKey> {
            ::core::unimplemented!()
        }

        fn key(&self) -> #key_type {
            ::core::unimplemented!()
        }

        fn to_item(&self) -> #runtime::Result<#runtime::Item> {
            ::core::unimplemented!()
        }

        fn from_item(#item: &mut #runtime::Item) -> #runtime::Result<Self> {
            ::core::unimplemented!()
        }

        fn to_written(&self, _: ::std::time::SystemTime) -> #runtime::Result<(#runtime::Item, #written)> {
            ::core::unimplemented!()
        }
    }
}

/// Without one, the default of the trait applies.
fn unsigned_prefix(entity: &Entity) -> Option<TokenStream> {
    let prefix = entity.unsigned_prefix.as_ref()?;
    Some(quote! {
        const UNSIGNED_PREFIX: ::core::option::Option<&'static ::core::primitive::str> =
            ::core::option::Option::Some(#prefix);
    })
}

/// Without one, the default of the trait applies.
fn ttl(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let TimeToLive { name, ty, key } = entity.ttl.as_ref()?;
    let at = place(ty);
    let located = relocate(runtime, at);
    let time_to_live = match key {
        None => quote_spanned!(at=> #located::__private::time_to_live::<#ty>(#name)),
        Some(encoding) => {
            let stored = codec::stored(runtime, ty, encoding);
            let stored_as = match encoding {
                Encoding::Part => {
                    quote_spanned!(at=> <#stored::Value as #located::__private::TemplateValue>::TYPE)
                }
                _ => quote_spanned!(at=> #stored::TYPE),
            };
            quote_spanned!(at=> #located::__private::time_to_live_of_a_key::<#ty>(#name, #stored_as))
        }
    };
    Some(quote! {
        const TIME_TO_LIVE: ::core::option::Option<&'static ::core::primitive::str> = #time_to_live;
    })
}

/// Without one, the default of the trait applies.
fn discriminator(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let Discriminator { attribute, value } = entity.discriminator.as_ref()?;
    Some(quote! {
        const DISCRIMINATOR: ::core::option::Option<#runtime::Discriminator> =
            ::core::option::Option::Some(#runtime::Discriminator::new(#attribute, #value));
    })
}

/// Without any, the default of the trait applies.
fn aliases(entity: &Entity) -> Option<TokenStream> {
    if entity.aliases.is_empty() {
        return None;
    }
    let aliases = entity.aliases.iter().map(|(alias, name)| quote!((#alias, #name)));
    Some(quote! {
        const ALIASES: &'static [(&'static ::core::primitive::str, &'static ::core::primitive::str)] = &[#(#aliases),*];
    })
}

fn unknown(runtime: &TokenStream, unknown: Unknown) -> TokenStream {
    match unknown {
        Unknown::Action(action) => {
            let action = self::action(runtime, action);
            quote!(#runtime::UnknownAttributes::Action(#action))
        }
        Unknown::Reject => quote!(#runtime::UnknownAttributes::Reject),
    }
}

fn list_of_actions(runtime: &TokenStream, actions: &[(impl ToTokens, Action)]) -> TokenStream {
    let actions = actions.iter().map(|(name, action)| {
        let action = self::action(runtime, *action);
        quote!((#name, #action))
    });
    quote!(&[#(#actions),*])
}

fn action(runtime: &TokenStream, action: Action) -> TokenStream {
    match action {
        Action::Encrypt => quote!(#runtime::AttributeAction::EncryptAndSign),
        Action::SignOnly => quote!(#runtime::AttributeAction::SignOnly),
        Action::SignAndInclude => quote!(#runtime::AttributeAction::SignAndIncludeInEncryptionContext),
        Action::DoNothing => quote!(#runtime::AttributeAction::DoNothing),
    }
}
