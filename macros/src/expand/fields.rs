//! The handles of an entity's attributes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use super::beacon;
use super::codec::{self, local, place};
use super::generics;
use super::template::{self, Presence};
use crate::attr::Action;
use crate::model::{Absence, Encoding, Frame, Handle, Role, Search, SearchHandle};

/// Returns the struct of handles.
///
/// A handle does not expose private types of private fields more than the entity's own methods do.
pub(super) fn structure(frame: &Frame, handles: &[Handle], search_handles: &[SearchHandle]) -> TokenStream {
    if handles.is_empty() {
        // The parameters would be unused.
        return quote!();
    }
    let Frame { ident: entity, vis, generics, lints, public_runtime: runtime, .. } = frame;
    let ident = ident(frame);
    let where_clause = &generics.where_clause;
    let (_, type_generics, _) = generics.split_for_impl();
    let doc = format!(" A handle for each attribute of [`{entity}`], made by `{entity}::fields()`.");
    let searched = search_handles.iter().map(|handle| {
        let doc = format!(" The beacon `{}`, by which items can be found.", handle.search.name);
        let ident = &handle.ident;
        let ty = beacon::handle_type(frame, runtime, &quote!(#entity #type_generics), handle);
        quote! {
            #[doc = #doc]
            pub #ident: #ty,
        }
    });
    let fields = handles.iter().map(|Handle { ident, ty, name, role, search }| {
        let doc = format!(" The attribute `{name}`.");
        let ty = match role.composite() {
            Some(composite) => template::handle_type(runtime, composite),
            None => ty.to_token_stream(),
        };
        let protection = protection(runtime, role, search.as_ref());
        quote! {
            #[doc = #doc]
            pub #ident: #runtime::condition::Attr<#entity #type_generics, #ty, #protection>,
        }
    });
    quote! {
        #[doc = #doc]
        #(#lints)*
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #vis struct #ident #generics #where_clause {
            #(#fields)*
            #(#searched)*
        }
    }
}

/// Returns the function that creates the handles.
pub(super) fn function(
    frame: &Frame,
    handles: &[Handle],
    search_handles: &[SearchHandle],
    predicates: &[TokenStream],
) -> TokenStream {
    let runtime = &frame.runtime;
    let values = handles.iter().map(|Handle { ident, ty, name, role, search }| {
        let encode = encode(runtime, ty, role);
        match search {
            Some(Search { name: beacon, .. }) => {
                quote!(#ident: #runtime::condition::Attr::__searched(#name, #beacon, #encode))
            }
            None => quote!(#ident: #runtime::condition::Attr::__new(#name, #encode)),
        }
    });
    let searched = search_handles.iter().map(|handle| beacon::handle(frame, handle));
    let fields_struct = ident(frame);
    function_of(frame, predicates, &quote!(#fields_struct { #(#values,)* #(#searched,)* }))
}

/// The same without encodings, which might not compile if there are errors.
pub(super) fn stub(frame: &Frame, handles: &[Handle]) -> TokenStream {
    if handles.is_empty() {
        return quote!();
    }
    let predicates = generics::declared_predicates(&frame.generics);
    function_of(frame, &predicates, &quote!(::core::unimplemented!()))
}

fn function_of(frame: &Frame, predicates: &[TokenStream], body: &TokenStream) -> TokenStream {
    let Frame { ident: entity, vis, generics, .. } = frame;
    let ident = ident(frame);
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #entity #type_generics where #(#predicates,)* {
            /// Returns a handle for each attribute, for conditions and updates.
            #vis const fn fields() -> #ident #type_generics {
                #body
            }
        }
    }
}

/// Returns the function that encodes the field's value as an attribute.
fn encode(runtime: &TokenStream, ty: &Type, role: &Role) -> TokenStream {
    if let Role::Attribute(_, encoding, _) = role {
        return codec::put_function(runtime, ty, encoding);
    }
    let (value, item, name) = (local("value"), local("item"), local("name"));
    let encoded = match role.composite() {
        Some(composite) => template::encode_queried(runtime, composite, Presence::Always, true, &quote!(#value)),
        None => {
            let key_attribute = codec::key_attribute(runtime, ty);
            quote_spanned!(place(ty)=> #key_attribute::encode(#value))
        }
    };
    quote!(|#value, #item, #name| #runtime::__private::put_key(#item, #name, #encoded))
}

fn protection(runtime: &TokenStream, role: &Role, search: Option<&Search>) -> TokenStream {
    let (name, wrapper) = match role {
        Role::Key(_) => ("Key", [None, None]),
        Role::Attribute(action, encoding, absence) => {
            let name = match action {
                Action::Encrypt => "Encrypted",
                Action::SignOnly | Action::SignAndInclude => "SignOnly",
                Action::DoNothing => "DoNothing",
            };
            let absence = match (encoding, absence) {
                (Encoding::Set, _) => Some("InSet"),
                (_, Absence::IsAValue) => Some("Defaulted"),
                (_, Absence::IsForTheType) => None,
            };
            let form = match encoding {
                Encoding::With(_) => Some("WithModule"),
                Encoding::Number => Some("AsNumber"),
                _ => None,
            };
            (name, [absence, form])
        }
    };
    let name = Ident::new(name, Span::call_site());
    let protection = match search {
        Some(Search { kind, .. }) => beacon::protection(runtime, *kind),
        None => quote!(#runtime::condition::#name),
    };
    wrapper.into_iter().flatten().fold(protection, |protection, wrapper| {
        let wrapper = Ident::new(wrapper, Span::call_site());
        quote!(#runtime::condition::#wrapper<#protection>)
    })
}

/// `EmployeeFields` for `Employee`.
fn ident(frame: &Frame) -> Ident {
    format_ident!("{}Fields", frame.ident, span = frame.ident.span())
}
