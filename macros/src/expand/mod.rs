//! The generated code.

mod codec;
mod debug;
mod fields;
mod generics;
mod index;
mod key;
mod stamps;
mod template;
mod types;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use crate::attr::{Action, Unknown};
use crate::model::{Composite, Discriminator, Entity, Frame, Handle, Index, Key, KeyField, KeyPart};

/// The implementation of `EncryptedItem`, the key struct, and the handles.
pub(crate) fn entity(entity: &Entity) -> TokenStream {
    let Entity { frame, key, .. } = entity;
    let key_type = key::type_of(frame, Some(key));
    let items = associated_items(entity, &key_type);
    let predicates = generics::entity_predicates(entity);
    let implementation = implementation(frame, Some(key), &key_type, &predicates, &items);
    let key_struct = key::definition(frame, Some(key));
    let key_impls = key::implementations(frame, key);
    let fields_struct = fields::structure(frame, &entity.handles);
    let fields = fields::function(frame, &entity.handles, &predicates);
    let indexes_struct = index::structure(frame, &entity.indexes);
    let indexes = index::function(frame, &entity.indexes, &predicates);
    let debug = debug::implementation(entity);
    let templates = template::constants(frame, template::composites(entity));
    let group_member = entity.discriminator.as_ref().map(|_| group_member(frame));
    quote! {
        #key_struct
        #fields_struct
        #indexes_struct
        #[doc(hidden)]
        const _: () = {
            #templates
            #implementation
            #group_member
            #fields
            #indexes
            #key_impls
            #debug
        };
    }
}

/// The mistakes, and an implementation whose bodies are never run, since the program does not compile.
pub(crate) fn stub(
    frame: &Frame,
    key: Option<&Key>,
    handles: &[Handle],
    indexes: &[Index],
    errors: &[syn::Error],
) -> TokenStream {
    let key_type = key::type_of(frame, key);
    let items = stub_items(frame, &key_type);
    let implementation = match frame.generics.lifetimes().next() {
        None => implementation(frame, key, &key_type, &generics::key_predicates(frame, key), &items),
        // The trait is for types that own what they hold.
        Some(_) => quote!(),
    };
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let key_struct = key::definition(frame, key);
    let key_impls = match key {
        Some(key) => key::implementations(frame, key),
        None => key::stub(frame),
    };
    let fields_struct = fields::structure(frame, handles);
    let fields = fields::stub(frame, handles);
    let indexes_struct = index::structure(frame, indexes);
    let indexes = index::stub(frame, indexes);
    let debug = debug::stub(frame);
    let templates = template::constants(frame, key.into_iter().flat_map(template::of_key));
    // Whatever is wrong with the struct, it is not that.
    let group_member = group_member(frame);
    quote! {
        #(#errors)*
        #key_struct
        #fields_struct
        #indexes_struct
        #[doc(hidden)]
        const _: () = {
            #templates
            #implementation
            #group_member
            #fields
            #indexes
            #key_impls
            #debug
        };
    }
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
    let written = stamps::written(frame);
    let (partition_key_type, sort_key_type) = index::primary_types(runtime, key);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #runtime::EncryptedItem for #ident #type_generics where #(#predicates,)* {
            type Key = #key_type;
            type PartitionKey = #partition_key_type;
            type SortKey = #sort_key_type;
            type Written = #written;
            #items
        }
    }
}

/// That the struct can be one of several entities in a table.
fn group_member(frame: &Frame) -> TokenStream {
    let Frame { ident, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
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
    let logical_table_name = option(entity.logical_table_name.as_ref());
    let to_item = codec::to_item(entity);
    let from_item = codec::from_item(entity);
    let stamps = stamps::items(entity);
    let primary_index = index::primary(runtime, &entity.key);
    let indexes = index::definitions(runtime, &entity.indexes);
    let ttl = ttl(entity);
    let discriminator = discriminator(entity);
    let types = types::list(entity);
    quote! {
        const KEY_SCHEMA: #runtime::KeySchema = #runtime::KeySchema::new(#partition_key, #sort_key);
        const ACTIONS: &'static [(&'static ::core::primitive::str, #runtime::AttributeAction)] = #actions;
        const TYPES: &'static [(&'static ::core::primitive::str, &'static ::core::primitive::str)] = #types;
        const OTHER_ATTRIBUTES: &'static [(&'static ::core::primitive::str, #runtime::AttributeAction)] = #others;
        const UNKNOWN: #runtime::UnknownAttributes = #unknown;
        const LOGICAL_TABLE_NAME: ::core::option::Option<&'static ::core::primitive::str> = #logical_table_name;
        #indexes
        #ttl
        #discriminator

        #primary_index

        fn key(&self) -> #key_type {
            ::core::convert::From::from(self)
        }

        #to_item
        #from_item
        #stamps
    }
}

fn stub_items(frame: &Frame, key_type: &TokenStream) -> TokenStream {
    let runtime = &frame.runtime;
    let item = codec::local("item");
    let written = stamps::written(frame);
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
            quote!(#runtime::KeyDefinition::new(#name, #key_attribute::TYPE))
        }
        KeyPart::Composite(Composite { name, .. }) => {
            quote!(#runtime::KeyDefinition::new(#name, #runtime::KeyType::String))
        }
    }
}

/// Without one, the default of the trait is right.
fn ttl(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let (name, ty) = entity.ttl.as_ref()?;
    let time_to_live = {
        let runtime = codec::relocate(runtime, codec::place(ty));
        quote_spanned!(codec::place(ty)=> #runtime::__private::time_to_live::<#ty>)
    };
    Some(quote! {
        const TIME_TO_LIVE: ::core::option::Option<&'static ::core::primitive::str> = #time_to_live(#name);
    })
}

/// Without one, the default of the trait is right.
fn discriminator(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let Discriminator { attribute, value } = entity.discriminator.as_ref()?;
    Some(quote! {
        const DISCRIMINATOR: ::core::option::Option<#runtime::Discriminator> =
            ::core::option::Option::Some(#runtime::Discriminator::new(#attribute, #value));
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
        Action::DoNothing => quote!(#runtime::AttributeAction::DoNothing),
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
