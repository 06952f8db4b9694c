//! Managed attributes: the version and the timestamps.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::codec::{self, local, place, relocate};
use crate::attr::Managed;
use crate::model::{Attribute, Encoding, Entity, Frame};

/// Returns the result type of writing an entity: the entity as stored, if it has managed attributes.
pub(super) fn written(frame: &Frame) -> TokenStream {
    if frame.is_managed { quote!(Self) } else { quote!(()) }
}

/// Returns the constant with the attributes stored as numbers. Without any, the default of the trait applies.
pub(super) fn numbers(entity: &Entity) -> TokenStream {
    let is_number = |attribute: &&Attribute| matches!(attribute.encoding, Encoding::Number);
    let names: Vec<&String> = entity.attributes.iter().filter(is_number).map(|attribute| &attribute.name).collect();
    if names.is_empty() {
        return quote!();
    }
    quote!(const NUMBERS: &'static [&'static ::core::primitive::str] = &[#(#names),*];)
}

/// Returns the items of `EncryptedItem` for the managed attributes.
pub(super) fn items(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    if !entity.frame.is_managed {
        let place = place(&entity.frame.ident);
        let item = quote_spanned!(place=> <Self as #runtime::EncryptedItem>::to_item(self));
        return quote! {
            fn to_written(&self, _: ::std::time::SystemTime) -> #runtime::Result<(#runtime::Item, ())> {
                ::core::result::Result::Ok((#item?, ()))
            }
        };
    }
    let (now, copy, item) = (local("now"), local("copy"), local("item"));
    let puts = entity.managed().map(|(_, attribute)| put(runtime, attribute));
    let names = entity.managed().map(|(_, attribute)| &attribute.name);
    let managed = entity.managed().map(|(managed, attribute)| set(runtime, managed, attribute));
    let expected_version = expected_version(entity);
    quote! {
        const MANAGED: &'static [&'static ::core::primitive::str] = &[#(#names),*];

        fn to_written(&self, #now: ::std::time::SystemTime) -> #runtime::Result<(#runtime::Item, Self)> {
            #runtime::__private::to_written(self, #now, |#copy: &Self, #item: &mut #runtime::Item| {
                #(#puts)*
                ::core::result::Result::Ok(())
            })
        }

        fn set_managed(&mut self, #now: ::std::time::SystemTime) -> #runtime::Result<()> {
            #(#managed)*
            ::core::result::Result::Ok(())
        }

        #expected_version
    }
}

/// Replaces the managed attribute in the item by that of the copy.
fn put(runtime: &TokenStream, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, name, encoding, skip_if, .. } = attribute;
    let (copy, item) = (local("copy"), local("item"));
    // A call, and where the field's type is: what is wrong with the type is then reported once.
    let put = if matches!(encoding, Encoding::With(_)) {
        codec::put_function(runtime, ty, encoding)
    } else {
        let stored = codec::stored(runtime, ty, encoding);
        let (value, item, name) = (local("value"), local("item"), local("name"));
        quote_spanned!(place(ty)=> |#value, #item, #name| #stored::put(#value, #item, #name))
    };
    let value = match skip_if {
        None => quote!(::core::option::Option::Some(&#copy.#ident)),
        Some(condition) => {
            let argument = relocate(&quote!(&#copy.#ident), condition.span());
            let call = quote_spanned!(condition.span()=> #condition(#argument));
            quote!(::core::option::Option::Some(&#copy.#ident).filter(|_| !#call))
        }
    };
    let runtime = relocate(runtime, place(ty));
    quote_spanned!(place(ty)=> #runtime::__private::put_managed(#value, #item, #name, #put)?;)
}

fn set(runtime: &TokenStream, managed: Managed, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, name, encoding, .. } = attribute;
    let now = local("now");
    let timestamp = {
        let runtime = relocate(runtime, place(ty));
        quote_spanned!(place(ty)=> <#ty as #runtime::Timestamp>)
    };
    match managed {
        Managed::Version => {
            let version = codec::stored(runtime, ty, encoding);
            quote_spanned!(place(ty)=> #version::increment(&mut self.#ident, #name)?;)
        }
        Managed::CreatedAt => quote_spanned! {place(ty)=>
            if #timestamp::is_unset(&self.#ident) {
                self.#ident = #timestamp::from_system_time(#now);
            }
        },
        Managed::UpdatedAt => quote_spanned!(place(ty)=> self.#ident = #timestamp::from_system_time(#now);),
    }
}

/// Returns the version field, if there is one.
pub(super) fn version(entity: &Entity) -> Option<&Attribute> {
    entity.managed().find(|(managed, _)| *managed == Managed::Version).map(|(_, version)| version)
}

/// Without a version, the default of the trait applies.
fn expected_version(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let Some(version) = version(entity) else { return quote!() };
    let Attribute { ident, ty, name, encoding, .. } = version;
    let version = codec::stored(runtime, ty, encoding);
    let expected = quote_spanned!(place(ty)=> #version::expected(&self.#ident, #name)?);
    quote! {
        fn expected_version(&self) -> #runtime::Result<::core::option::Option<#runtime::ExpectedVersion>> {
            ::core::result::Result::Ok(::core::option::Option::Some(#expected))
        }
    }
}
