//! The generated code.

mod beacon;
mod codec;
mod compound;
mod debug;
mod fields;
mod generics;
mod implementation;
mod index;
mod key;
mod managed;
mod template;
mod tenant;
mod types;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use self::implementation::{associated_items, implementation, stub_items};

pub(crate) use self::codec::{inner, local, place, relocate};
use crate::attr::Action;
use crate::model::{Composite, Compound, Entity, Frame, Handle, Index, Key, KeyField, KeyPart, SearchHandle};

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

/// Returns the implementation that permits the struct in a group of entities.
fn group_member(frame: &Frame) -> TokenStream {
    let Frame { ident, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::__private::Discriminated for #ident #type_generics #where_clause {}
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

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
