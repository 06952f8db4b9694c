//! The key struct of an entity.

mod standard;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericParam, Type, TypeParam};

use super::{codec, generics};
use crate::model::{Frame, Key, KeyField};

/// The struct with the parameters that it has.
pub(super) fn type_of(frame: &Frame, key: Option<&Key>) -> TokenStream {
    let ident = ident(frame);
    let generics = generics::carried(&frame.generics, key);
    let (_, type_generics, _) = generics.split_for_impl();
    quote!(#ident #type_generics)
}

/// The struct itself, which is visible wherever the entity is.
pub(super) fn definition(frame: &Frame, key: Option<&Key>) -> TokenStream {
    let vis = &frame.vis;
    let ident = ident(frame);
    let generics = generics::carried(&frame.generics, key);
    let where_clause = &generics.where_clause;
    let struct_doc = format!("The primary key of [`{}`].", frame.ident);
    let fields = key.into_iter().flat_map(Key::fields).map(|KeyField { ident, ty, name }| {
        let doc = format!("The key attribute `{name}`.");
        quote! {
            #[doc = #doc]
            pub #ident: #ty,
        }
    });
    quote! {
        #[doc = #struct_doc]
        #[allow(non_camel_case_types)]
        #vis struct #ident #generics #where_clause {
            #(#fields)*
        }
    }
}

/// How the key is encoded, and what it is made from.
pub(super) fn implementations(frame: &Frame, key: &Key) -> TokenStream {
    let item_key = item_key(frame, key);
    let from_parts = from_parts(frame, key);
    let from_entity = from_entity(frame, key);
    let standard_traits = standard::implementations(frame, key);
    quote! {
        #item_key
        #from_parts
        #from_entity
        #standard_traits
    }
}

/// For a struct without a usable key.
pub(super) fn stub(frame: &Frame) -> TokenStream {
    let ident = ident(frame);
    let runtime = &frame.runtime;
    quote! {
        #[automatically_derived]
        impl #runtime::ItemKey for #ident {
            fn to_item(&self) -> #runtime::Result<#runtime::Item> {
                ::core::unimplemented!()
            }

            fn from_item(_: &mut #runtime::Item) -> #runtime::Result<Self> {
                ::core::unimplemented!()
            }
        }
    }
}

fn item_key(frame: &Frame, key: &Key) -> TokenStream {
    let runtime = &frame.runtime;
    let key_type = type_of(frame, Some(key));
    let generics = generics::carried(&frame.generics, Some(key));
    let (impl_generics, _, _) = generics.split_for_impl();
    let mut predicates = generics::declared_predicates(&generics);
    predicates.extend(generics::self_predicate(&generics));
    predicates.extend(generics::key_type_predicates(&generics, key, &quote!(#runtime::KeyAttribute)));
    let item = codec::local("item");
    let entries = key.fields().map(|field| codec::encode_key(runtime, field));
    let values = key.fields().map(|field| codec::decode_key(runtime, field));
    let count = key.fields().count();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::ItemKey for #key_type where #(#predicates,)* {
            fn to_item(&self) -> #runtime::Result<#runtime::Item> {
                let mut #item = #runtime::Item::with_capacity(#count);
                #(#entries)*
                ::core::result::Result::Ok(#item)
            }

            fn from_item(#item: &mut #runtime::Item) -> #runtime::Result<Self> {
                ::core::result::Result::Ok(Self { #(#values,)* })
            }
        }
    }
}

/// From the partition key's value, or from a tuple of both values, where whatever makes a string may stand for a string.
fn from_parts(frame: &Frame, key: &Key) -> TokenStream {
    let key_type = type_of(frame, Some(key));
    let mut generics = generics::carried(&frame.generics, Some(key));
    let mut predicates = generics::declared_predicates(&generics);

    let mut part = |field: &KeyField, parameter: &str| {
        let ty = &field.ty;
        if !is_string(ty) {
            return (quote!(#ty), quote!());
        }
        let parameter = Ident::new(parameter, Span::mixed_site());
        generics.params.push(GenericParam::Type(TypeParam::from(parameter.clone())));
        predicates.push(quote!(#parameter: ::core::convert::Into<#ty>));
        (quote!(#parameter), quote!(::core::convert::Into::into))
    };
    let (partition_type, partition_into) = part(&key.partition, "__PartitionKey");
    let sort = key.sort.as_ref().map(|sort| (&sort.ident, part(sort, "__SortKey")));

    let partition_ident = &key.partition.ident;
    let (partition_value, sort_value) = (codec::local("partition_key"), codec::local("sort_key"));
    let (source, pattern, sort_field) = match sort {
        // `T::Id` may be any type, the key struct itself included, so the compiler refuses `From` it.
        None if generics::is_projection(&key.partition.ty, &frame.generics) => return quote!(),
        None => (partition_type, quote!(#partition_value), quote!()),
        Some((sort_ident, (sort_type, sort_into))) => (
            quote!((#partition_type, #sort_type)),
            quote!((#partition_value, #sort_value)),
            quote!(#sort_ident: #sort_into(#sort_value),),
        ),
    };
    let (impl_generics, _, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#source> for #key_type where #(#predicates,)* {
            fn from(#pattern: #source) -> Self {
                Self { #partition_ident: #partition_into(#partition_value), #sort_field }
            }
        }
    }
}

fn from_entity(frame: &Frame, key: &Key) -> TokenStream {
    let Frame { ident: entity, generics, .. } = frame;
    let key_type = type_of(frame, Some(key));
    let (impl_generics, entity_generics, _) = generics.split_for_impl();
    let mut predicates = generics::declared_predicates(generics);
    predicates.extend(generics::key_type_predicates(generics, key, &quote!(::core::clone::Clone)));
    let value = codec::local("entity");
    let fields = key.fields().map(|KeyField { ident, ty, .. }| {
        let clone = quote_spanned!(codec::place(ty)=> <#ty as ::core::clone::Clone>::clone);
        quote!(#ident: #clone(&#value.#ident))
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<&#entity #entity_generics> for #key_type
        where #(#predicates,)*
        {
            fn from(#value: &#entity #entity_generics) -> Self {
                Self { #(#fields,)* }
            }
        }
    }
}

/// `EmployeeKey` for `Employee`.
fn ident(frame: &Frame) -> Ident {
    format_ident!("{}Key", frame.ident, span = frame.ident.span())
}

/// True for what is spelled like the standard string. A type of another spelling is taken as it is, so being wrong here
/// costs a conversion and nothing else.
fn is_string(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_string(&group.elem),
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident == "String" && last.arguments.is_none())
        }
        _ => false,
    }
}
