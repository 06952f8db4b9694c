//! Between the struct and its item.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{Attribute, DefaultValue, Encoding, Entity, KeyField, Skipped};

/// A local variable that nothing of the user's can be confused with.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

pub(super) fn to_item(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let item = local("item");
    let keys = entity.key.fields().map(|field| encode_key(runtime, field));
    let attributes = entity.attributes.iter().map(|attribute| encode(runtime, attribute));
    let count = entity.key.fields().count() + entity.attributes.len();
    quote! {
        fn to_item(&self) -> #runtime::Result<#runtime::Item> {
            let mut #item = #runtime::Item::with_capacity(#count);
            #(#keys)*
            #(#attributes)*
            ::core::result::Result::Ok(#item)
        }
    }
}

pub(super) fn from_item(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let item = local("item");
    let keys = entity
        .key
        .fields()
        .map(|KeyField { ident, name, .. }| quote!(#ident: #runtime::__private::decode_key(#item, #name)?));
    let attributes = entity.attributes.iter().map(|attribute| decode(runtime, attribute));
    let skipped = entity.skipped.iter().map(|Skipped { ident, ty, default }| {
        let default = default_function(ty, default);
        quote!(#ident: #default())
    });
    quote! {
        fn from_item(#item: &mut #runtime::Item) -> #runtime::Result<Self> {
            ::core::result::Result::Ok(Self { #(#keys,)* #(#attributes,)* #(#skipped,)* })
        }
    }
}

pub(super) fn encode_key(runtime: &TokenStream, KeyField { ident, name, .. }: &KeyField) -> TokenStream {
    let item = local("item");
    quote!(#runtime::__private::encode_key(&mut #item, #name, &self.#ident)?;)
}

fn encode(runtime: &TokenStream, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, name, encoding, skip_if, .. } = attribute;
    let item = local("item");
    let statements = match encoding {
        Encoding::Serde => quote_spanned! {ty.span()=>
            #runtime::__private::check_is_not_bytes(#runtime::__private::FieldType::<#ty>::NEW.kind());
            #runtime::__private::encode::<#ty>(&mut #item, #name, &self.#ident)?;
        },
        Encoding::Bytes => quote_spanned! {ty.span()=>
            #runtime::__private::encode_bytes::<#ty, _>(&mut #item, #name, &self.#ident);
        },
    };
    match skip_if {
        None => statements,
        Some(condition) => quote! {
            if !#condition(&self.#ident) {
                #statements
            }
        },
    }
}

fn decode(runtime: &TokenStream, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, name, encoding, default, .. } = attribute;
    let item = local("item");
    let value = match encoding {
        Encoding::Serde => quote_spanned!(ty.span()=> #runtime::__private::decode::<#ty>(#item, #name)?),
        Encoding::Bytes => quote_spanned!(ty.span()=> #runtime::__private::decode_bytes::<#ty, _>(#item, #name)?),
    };
    match default.as_ref().map(|default| default_function(ty, default)) {
        None => quote!(#ident: #value),
        Some(default) => quote! {
            #ident: if #runtime::__private::is_absent(#item, #name) { #default() } else { #value }
        },
    }
}

fn default_function(ty: &syn::Type, default: &DefaultValue) -> TokenStream {
    match default {
        DefaultValue::Trait => quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default),
        DefaultValue::Function(path) => path.to_token_stream(),
    }
}
