//! The compound beacons of an entity, and the builders of their values.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::model::{Compound, EncryptedPart, Frame, SignedPart, State};

/// The state of a complete value.
const WHOLE: usize = 1_000_000;

/// Returns the description of a compound beacon.
pub(super) fn description(runtime: &TokenStream, compound: &Compound) -> TokenStream {
    let Compound { name, split, signed, encrypted, constructors, .. } = compound;
    let name = name.unraw().to_string();
    let signed = signed.iter().map(|SignedPart { name, prefix, location }| {
        quote!(.signed(#runtime::beacon::SignedPart::new(#name, #prefix).location(#location)))
    });
    let encrypted = encrypted
        .iter()
        .map(|EncryptedPart { name, prefix }| quote!(.encrypted(#runtime::beacon::EncryptedPart::new(#name, #prefix))));
    let constructors = constructors.iter().map(|parts| {
        let parts = parts.iter().map(|(name, is_required)| match is_required {
            true => quote!(.required(#name)),
            false => quote!(.optional(#name)),
        });
        quote!(.constructor(#runtime::beacon::Constructor::new() #(#parts)*))
    });
    quote!(#runtime::beacon::CompoundBeacon::new(#name, #split) #(#signed)* #(#encrypted)* #(#constructors)*)
}

/// Returns the builder structs of the values.
pub(super) fn structures(frame: &Frame, compounds: &[Compound]) -> TokenStream {
    let Frame { ident: entity, vis, lints, public_runtime: runtime, .. } = frame;
    let structures = compounds.iter().map(|compound| {
        let ident = ident(frame, &compound.name);
        let doc = format!(
            " A value of the compound beacon `{}` of [`{entity}`], or a prefix of one, created by `{entity}::{}()`.",
            compound.name, compound.name
        );
        quote! {
            #[doc = #doc]
            #(#lints)*
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #[must_use = "a value is for a query"]
            #vis struct #ident<const STATE: ::core::primitive::usize>(#runtime::index::CompoundText);
        }
    });
    quote!(#(#structures)*)
}

/// Returns the functions that start the builders.
pub(super) fn functions(frame: &Frame, compounds: &[Compound], predicates: &[TokenStream]) -> TokenStream {
    let Frame { ident: entity, vis, generics, runtime, .. } = frame;
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let functions = compounds.iter().map(|compound| {
        let Compound { name, split, states, .. } = compound;
        let ident = ident(frame, name);
        let states = states.iter().enumerate().map(|(number, state)| self::state(frame, &ident, number, state));
        let doc = format!(" Begins a value of the compound beacon `{name}`, part by part.");
        quote! {
            #[automatically_derived]
            impl #impl_generics #entity #type_generics where #(#predicates,)* {
                #[doc = #doc]
                #vis fn #name() -> #ident<0> {
                    #ident(#runtime::index::CompoundText::__new(#split))
                }
            }

            #(#states)*

            #[automatically_derived]
            impl #runtime::index::CompoundValue for #ident<#WHOLE> {
                fn __text(&self) -> &#runtime::index::CompoundText {
                    &self.0
                }
            }
        }
    });
    quote!(#(#functions)*)
}

fn state(frame: &Frame, ident: &Ident, number: usize, state: &State) -> TokenStream {
    let Frame { vis, runtime, .. } = frame;
    let next = state.next.iter().map(|(field, prefix, number)| {
        let doc = format!(" Adds the part `{field}`.");
        quote! {
            #[doc = #doc]
            #vis fn #field(self, value: impl #runtime::index::PartText) -> #ident<#number> {
                #ident(self.0.__with(#prefix, value))
            }
        }
    });
    // A part that must follow is added without a choice.
    let open = match state.next.as_slice() {
        [(_, prefix, _)] => quote!(.__open(#prefix)),
        _ => quote!(),
    };
    let prefix = (number > 0).then(|| {
        quote! {
            /// Returns the common prefix of all values that begin with these parts.
            #vis fn prefix(self) -> #runtime::index::CompoundPrefix<#ident<#WHOLE>> {
                #runtime::index::CompoundPrefix::__new(self.0 #open)
            }
        }
    });
    let whole = state.is_complete.then(|| {
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#ident<#number>>
                for #runtime::index::KeyValue<#runtime::index::CompoundOf<#ident<#WHOLE>>>
            {
                fn from(value: #ident<#number>) -> Self {
                    ::core::convert::From::from(#runtime::index::CompoundOf::__new(#ident::<#WHOLE>(value.0)))
                }
            }

            #[automatically_derived]
            impl #runtime::condition::Comparable<#runtime::index::CompoundOf<#ident<#WHOLE>>> for #ident<#number> {
                fn into_value(self) -> #runtime::index::CompoundOf<#ident<#WHOLE>> {
                    #runtime::index::CompoundOf::__new(#ident(self.0))
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #ident<#number> {
            #(#next)*
            #prefix
        }

        #whole
    }
}

/// Returns the type of a complete value.
pub(super) fn whole(frame: &Frame, compound: &Ident) -> TokenStream {
    let ident = ident(frame, compound);
    quote!(#ident<#WHOLE>)
}

/// Returns `PersonTeamBadge` for `team_badge` of `Person`.
fn ident(frame: &Frame, compound: &Ident) -> Ident {
    let mut name = String::new();
    for word in compound.unraw().to_string().split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    format_ident!("{}{}", frame.ident, name, span = compound.span())
}
