//! The implementation of `KeyAttribute`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Generics, Member, Type};

use super::variants::Variant;
use super::{Key, Shape};
use crate::expand::{local, place, relocate};

pub(super) fn key(key: &Key, shape: &Shape) -> TokenStream {
    match shape {
        Shape::Newtype { field, ty } => newtype(key, field, ty),
        Shape::Enum(variants) => fieldless_enum(key, variants),
    }
}

/// For a type with errors.
pub(super) fn stub(key: &Key) -> TokenStream {
    let runtime = &key.runtime;
    implementation(
        key,
        &key.generics,
        &quote!(#runtime::KeyType::String),
        &quote!(::core::unimplemented!()),
        &quote!(::core::unimplemented!()),
    )
}

fn newtype(key: &Key, field: &Member, ty: &Type) -> TokenStream {
    let runtime = &key.runtime;
    let place = place(ty);
    let key_attribute = {
        let runtime = relocate(runtime, place);
        quote_spanned!(place=> <#ty as #runtime::KeyAttribute>)
    };
    let mut generics = key.generics.clone();
    if generics.type_params().next().is_some() {
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #runtime::KeyAttribute));
    }
    let value = local("value");
    let implementation = implementation(
        key,
        &generics,
        &quote!(#key_attribute::TYPE),
        &quote_spanned!(place=> #key_attribute::encode(&self.#field)),
        &{
            let decoded = quote_spanned!(place=> #key_attribute::decode(#value));
            quote!(::core::result::Result::Ok(Self { #field: #decoded? }))
        },
    );
    let ident = &key.ident;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let inner = quote_spanned!(place=> type Inner = #ty;);
    quote! {
        #implementation

        #[automatically_derived]
        impl #impl_generics #runtime::__private::KeyNewtype for #ident #type_generics #where_clause {
            #inner

            fn inner(&self) -> &#ty {
                &self.#field
            }

            fn from_inner(#value: #ty) -> Self {
                Self { #field: #value }
            }
        }
    }
}

fn fieldless_enum(key: &Key, variants: &[Variant]) -> TokenStream {
    let runtime = &key.runtime;
    let (value, text) = (local("value"), local("text"));
    let encoded = variants.iter().map(|Variant { ident, text }| quote!(Self::#ident => #text));
    let decoded =
        variants.iter().map(|Variant { ident, text }| quote!(#text => ::core::result::Result::Ok(Self::#ident)));
    implementation(
        key,
        &key.generics,
        &quote!(#runtime::KeyType::String),
        &quote!(#runtime::__private::encode_variant(match self { #(#encoded,)* })),
        &quote! {
            #runtime::__private::decode_variant(#value, |#text| match #text {
                #(#decoded,)*
                _ => #runtime::__private::unknown_variant(),
            })
        },
    )
}

fn implementation(
    key: &Key,
    generics: &Generics,
    key_type: &TokenStream,
    encode: &TokenStream,
    decode: &TokenStream,
) -> TokenStream {
    let Key { ident, runtime, .. } = key;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let value = local("value");
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::KeyAttribute for #ident #type_generics #where_clause {
            const TYPE: #runtime::KeyType = #key_type;

            fn encode(&self) -> #runtime::Result<#runtime::AttributeValue> {
                #encode
            }

            fn decode(#value: #runtime::AttributeValue) -> #runtime::Result<Self> {
                #decode
            }
        }
    }
}
