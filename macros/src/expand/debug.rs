//! `Debug` for the entity, which does not show encrypted values.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::codec::{local, place};
use super::generics;
use crate::model::{Entity, Frame, Shown};

/// Returns nothing unless `Debug` is requested.
pub(super) fn implementation(entity: &Entity) -> TokenStream {
    let formatter = local("formatter");
    let shown = local("shown");
    let name = entity.frame.ident.unraw().to_string();
    let fields = entity.shown.iter().map(|Shown { ident, ty, is_public }| {
        let name = ident.unraw().to_string();
        let value = match is_public {
            // In parentheses, so that the whole argument has this span.
            true => quote_spanned!(place(ty)=> &(self.#ident)),
            false => quote!(&::core::format_args!("[REDACTED]")),
        };
        quote!(::core::fmt::DebugStruct::field(&mut #shown, #name, #value);)
    });
    let public = entity.shown.iter().filter(|field| field.is_public).map(|field| &field.ty);
    let predicates = generics::type_predicates(&entity.frame.generics, public, &quote!(::core::fmt::Debug));
    implementation_of(
        &entity.frame,
        &predicates,
        &quote! {
            let mut #shown = ::core::fmt::Formatter::debug_struct(#formatter, #name);
            #(#fields)*
            ::core::fmt::DebugStruct::finish(&mut #shown)
        },
    )
}

/// For a struct with errors.
pub(super) fn stub(frame: &Frame) -> TokenStream {
    implementation_of(frame, &[], &quote!(::core::unimplemented!()))
}

fn implementation_of(frame: &Frame, predicates: &[TokenStream], body: &TokenStream) -> TokenStream {
    if !frame.is_debug {
        return quote!();
    }
    let Frame { ident, generics, .. } = frame;
    let formatter = local("formatter");
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let declared = generics::declared_predicates(generics);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #ident #type_generics where #(#declared,)* #(#predicates,)* {
            fn fmt(&self, #formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}
