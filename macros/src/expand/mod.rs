//! The generated code.

mod beacon;
mod codec;
mod compound;
mod debug;
mod fields;
mod generics;
mod index;
mod key;
mod managed;
mod template;
mod tenant;
mod types;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

pub(crate) use self::codec::{inner, local, place, relocate};
use crate::attr::{Action, Unknown};
use crate::model::{
    Composite, Compound, Discriminator, Encoding, Entity, Frame, Handle, Index, Key, KeyField, KeyPart, SearchHandle,
    TimeToLive,
};

/// Returns the implementation of `EncryptedItem`, the key struct, and the handles.
pub(crate) fn entity(entity: &Entity) -> TokenStream {
    let Entity { frame, key, .. } = entity;
    let key_type = key::type_of(frame, Some(key));
    let items = associated_items(entity, &key_type);
    let predicates = generics::entity_predicates(entity);
    let implementation = implementation(frame, Some(key), &key_type, &predicates, &items);
    let key_struct = key::definition(frame, Some(key));
    let key_impls = key::implementations(frame, key, managed::version(entity));
    let fields_struct = fields::structure(frame, &entity.handles, &entity.search_handles);
    let fields = fields::function(frame, &entity.handles, &entity.search_handles, &predicates);
    let indexes_struct = index::structure(frame, &entity.indexes);
    let indexes = index::function(frame, &entity.indexes, &predicates);
    let compound_structs = compound::structures(frame, &entity.compounds);
    let compounds = compound::functions(frame, &entity.compounds, &predicates);
    let debug = debug::implementation(entity);
    let templates = template::constants(frame, template::composites(entity));
    let group_member = entity.discriminator.as_ref().map(|_| group_member(frame));
    let key_sources = tenant::key_sources(frame, entity.key_action, entity.tenant.is_some());
    let items = [key_struct, fields_struct, indexes_struct, compound_structs];
    let implementations = [
        templates,
        implementation,
        group_member.into_token_stream(),
        key_sources,
        fields,
        indexes,
        compounds,
        key_impls,
        debug,
    ];
    assemble(frame, &items, &implementations)
}

/// Returns the errors, and an implementation whose bodies are never run, because the program does not compile.
pub(crate) fn stub(
    frame: &Frame,
    key: Option<&Key>,
    handles: &[Handle],
    search_handles: &[SearchHandle],
    compounds: &[Compound],
    indexes: &[Index],
    errors: &[syn::Error],
) -> TokenStream {
    let key_type = key::type_of(frame, key);
    let items = stub_items(frame, &key_type);
    // The trait requires owned data that can be sent between threads.
    let implementation = frame
        .can_be_entity
        .then(|| implementation(frame, key, &key_type, &generics::key_predicates(frame, key), &items));
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let key_struct = key::definition(frame, key);
    let key_impls = match key {
        Some(key) => key::implementations(frame, key, None),
        None => key::stub(frame),
    };
    let fields_struct = fields::structure(frame, handles, search_handles);
    let fields = fields::stub(frame, handles);
    let indexes_struct = index::structure(frame, indexes);
    let indexes = index::stub(frame, indexes);
    let compound_structs = compound::structures(frame, compounds);
    let compounds = compound::functions(frame, compounds, &generics::declared_predicates(&frame.generics));
    let debug = debug::stub(frame);
    let templates = template::constants(frame, key.into_iter().flat_map(template::of_key));
    // The error of the struct is a different one.
    let group_member = group_member(frame);
    let key_sources = tenant::key_sources(frame, Action::SignOnly, false);
    let items = [quote!(#(#errors)*), key_struct, fields_struct, indexes_struct, compound_structs];
    let implementations = [
        templates,
        implementation.into_token_stream(),
        group_member,
        key_sources,
        fields,
        indexes,
        compounds,
        key_impls,
        debug,
    ];
    assemble(frame, &items, &implementations)
}

/// Returns the items with the visibility of the struct, and the implementations in a scope of their own.
fn assemble(frame: &Frame, items: &[TokenStream], implementations: &[TokenStream]) -> TokenStream {
    let lints = &frame.lints;
    let alias = alias(frame);
    quote! {
        #(#items)*
        #[doc(hidden)]
        #(#lints)*
        const _: () = {
            #alias
            #(#implementations)*
        };
    }
}

/// Returns the alias for the crate `dynaseal` in the implementations, if the user gives its path.
fn alias(frame: &Frame) -> Option<TokenStream> {
    let Frame { public_runtime, runtime, .. } = frame;
    let is_given = runtime.to_string() == "__dynaseal";
    let at = public_runtime.clone().into_iter().next().map(|token| token.span());
    at.filter(|_| is_given).map(|at| quote_spanned!(at=> use #public_runtime as #runtime;))
}

fn implementation(
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

/// Identifies the names of the key attributes and the logical table name, which all entities of a table have in common: the
/// FNV-1a hash.
fn table(frame: &Frame, key: Option<&Key>) -> u64 {
    let keys = key.into_iter().flat_map(Key::parts).map(|part| part.name().to_owned());
    let logical_name = frame.logical_table_name.as_ref().map(|name| format!("/{}", name.value()));
    let names = keys.chain(logical_name).flat_map(|name| name.into_bytes().into_iter().chain([0xFF]));
    names.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Returns the implementation that permits the struct in a group of entities.
fn group_member(frame: &Frame) -> TokenStream {
    let Frame { ident, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::__private::Discriminated for #ident #type_generics #where_clause {}
    }
}

fn associated_items(entity: &Entity, key_type: &TokenStream) -> TokenStream {
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

fn stub_items(frame: &Frame, key_type: &TokenStream) -> TokenStream {
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

fn key_definition(runtime: &TokenStream, part: &KeyPart) -> TokenStream {
    match part {
        KeyPart::Field(KeyField { ty, name, .. }) => {
            let key_attribute = codec::key_attribute(runtime, ty);
            let stored_as = quote_spanned!(place(ty)=> #key_attribute::TYPE);
            quote!(#runtime::KeyDefinition::new(#name, #stored_as))
        }
        KeyPart::Composite(Composite { name, .. }) => {
            quote!(#runtime::KeyDefinition::new(#name, #runtime::KeyType::String))
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

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
