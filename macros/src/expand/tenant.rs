//! Tenancy, and the keyrings and providers that it allows.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::Action;
use crate::model::{Entity, Frame, Tenant};

/// Returns the constant with the name of the tenant's attribute. Without one, the default of the trait applies.
pub(super) fn constant(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let Tenant { name, key } = entity.tenant.as_ref()?;
    let value = match key {
        Some(ty) => quote! {
            #runtime::__private::text_tenant(#name, <#ty as #runtime::KeyAttribute>::TYPE)
        },
        None => quote!(::core::option::Option::Some(#name)),
    };
    Some(quote! {
        const TENANT: ::core::option::Option<&'static ::core::primitive::str> = #value;
    })
}

/// Returns the sources of keys for an entity with this action of its key.
pub(super) fn key_sources(frame: &Frame, key_action: Action, has_tenant: bool) -> TokenStream {
    let Frame { ident, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    // DDBEC has no encryption context, and no branch keys.
    let ddbec_entity = (key_action != Action::SignAndInclude && !has_tenant).then(|| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #runtime::DdbecEntity for #ident #type_generics #where_clause {}
        }
    });
    let kind = if has_tenant { quote!(WithTenant<Self>) } else { quote!(NoTenant) };
    quote! {
        #ddbec_entity
        #[automatically_derived]
        impl #impl_generics #runtime::Tenancy for #ident #type_generics #where_clause {
            type Kind = #runtime::#kind;
        }
    }
}
