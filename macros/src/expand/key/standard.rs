//! `Clone`, `Debug` and `PartialEq` for the key struct.
//!
//! The standard derives would report a missing implementation at the name of this derive instead of the field's type,
//! and would require `T: Clone` for a key that only has a `T::Id`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::codec::{local, place};
use super::{generics, ident, type_of};
use crate::model::{Frame, Key, KeyField};

pub(super) fn implementations(frame: &Frame, key: &Key) -> TokenStream {
    let derived = quote!(#[automatically_derived]);
    let clone = implementation(frame, key, &quote!(::core::clone::Clone), &clone(key));
    let debug = implementation(frame, key, &quote!(::core::fmt::Debug), &debug(frame, key));
    // The implementation is not marked as derived, or clippy would require `Eq` beside it.
    let partial_eq = implementation(frame, key, &quote!(::core::cmp::PartialEq), &partial_eq(key));
    quote! {
        #derived
        #clone
        #derived
        #debug
        #partial_eq
    }
}

fn implementation(frame: &Frame, key: &Key, standard_trait: &TokenStream, method: &TokenStream) -> TokenStream {
    let key_type = type_of(frame, Some(key));
    let generics = generics::carried(&frame.generics, Some(key));
    let (impl_generics, _, _) = generics.split_for_impl();
    let mut predicates = generics::declared_predicates(&generics);
    predicates.extend(generics::key_type_predicates(&generics, key, standard_trait));
    quote! {
        impl #impl_generics #standard_trait for #key_type where #(#predicates,)* {
            #method
        }
    }
}

fn clone(key: &Key) -> TokenStream {
    let fields = key.fields().map(|KeyField { ident, ty, .. }| {
        let clone = quote_spanned!(place(ty)=> <#ty as ::core::clone::Clone>::clone);
        quote!(#ident: #clone(&self.#ident))
    });
    quote! {
        fn clone(&self) -> Self {
            Self { #(#fields,)* }
        }
    }
}

fn debug(frame: &Frame, key: &Key) -> TokenStream {
    let (formatter, shown) = (local("formatter"), local("shown"));
    let name = ident(frame).to_string();
    let fields = key.fields().map(|KeyField { ident, ty, .. }| {
        let name = ident.unraw().to_string();
        // In parentheses, so that the whole argument has this span.
        let value = quote_spanned!(place(ty)=> &(self.#ident));
        quote!(::core::fmt::DebugStruct::field(&mut #shown, #name, #value);)
    });
    quote! {
        fn fmt(&self, #formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            let mut #shown = ::core::fmt::Formatter::debug_struct(#formatter, #name);
            #(#fields)*
            ::core::fmt::DebugStruct::finish(&mut #shown)
        }
    }
}

fn partial_eq(key: &Key) -> TokenStream {
    let other = local("other");
    let comparisons = key.fields().map(|KeyField { ident, ty, .. }| {
        let eq = quote_spanned!(place(ty)=> <#ty as ::core::cmp::PartialEq>::eq);
        quote!(#eq(&self.#ident, &#other.#ident))
    });
    quote! {
        fn eq(&self, #other: &Self) -> ::core::primitive::bool {
            #(#comparisons)&&*
        }
    }
}
