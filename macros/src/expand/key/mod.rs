//! The key struct of an entity.

mod standard;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericParam, Generics, Type, TypeParam};

use super::template::{self, Presence};
use super::{codec, generics};
use crate::attr::RenameRule;
use crate::model::{Attribute, Frame, Key, KeyField, KeyPart};

/// Returns the struct with its parameters.
pub(super) fn type_of(frame: &Frame, key: Option<&Key>) -> TokenStream {
    let ident = ident(frame);
    let generics = generics::carried(&frame.generics, key);
    let (_, type_generics, _) = generics.split_for_impl();
    quote!(#ident #type_generics)
}

/// Returns the type of the key parts for messages. A private type of a public entity is reported at the field.
pub(super) fn parts_type(key: Option<&Key>) -> TokenStream {
    let types: Vec<&Type> = key.into_iter().flat_map(Key::fields).map(|field| &field.ty).collect();
    match &types[..] {
        [] => quote!(
            type KeyParts = ();
        ),
        [one] => quote_spanned!(codec::place(one)=> type KeyParts = #one;),
        [first, ..] => quote_spanned!(codec::place(first)=> type KeyParts = (#(#types),*);),
    }
}

/// Returns the struct itself, with the visibility of the entity.
pub(super) fn definition(frame: &Frame, key: Option<&Key>) -> TokenStream {
    let Frame { vis, lints, .. } = frame;
    let ident = ident(frame);
    let generics = generics::carried(&frame.generics, key);
    let where_clause = &generics.where_clause;
    let struct_doc = format!(" The primary key of [`{}`].", frame.ident);
    let fields = key.into_iter().flat_map(Key::fields).map(|KeyField { ident, ty, name }| {
        let doc = format!(" The attribute `{name}`.");
        quote! {
            #[doc = #doc]
            pub #ident: #ty,
        }
    });
    quote! {
        #[doc = #struct_doc]
        #(#lints)*
        #vis struct #ident #generics #where_clause {
            #(#fields)*
        }
    }
}

/// Returns the encoding of the key, and its conversions.
pub(super) fn implementations(frame: &Frame, key: &Key, version: Option<&Attribute>) -> TokenStream {
    let item_key = item_key(frame, key);
    let from_parts = from_parts(frame, key);
    let from_entity = from_entity(frame, key, version);
    let standard_traits = standard::implementations(frame, key);
    quote! {
        #item_key
        #from_parts
        #from_entity
        #standard_traits
    }
}

/// Returns the key struct of an entity without a usable key.
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
    predicates.extend(template::predicates(frame, template::of_key(key)));
    let item = codec::local("item");
    let entries = key.parts().map(|part| match part {
        KeyPart::Field(field) => codec::encode_key(runtime, field),
        KeyPart::Composite(composite) => {
            template::put(runtime, composite, Presence::Always, &quote!(self), &quote!(&mut #item))
        }
    });
    let from_item = from_item(frame, key);
    let count = Literal::usize_unsuffixed(key.parts().count());
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::ItemKey for #key_type where #(#predicates,)* {
            fn to_item(&self) -> #runtime::Result<#runtime::Item> {
                let mut #item = #runtime::Item::with_capacity(#count);
                #(#entries)*
                ::core::result::Result::Ok(#item)
            }

            #from_item
        }
    }
}

/// Reads each field from the first attribute that contains it. A composite key must match its fields.
fn from_item(frame: &Frame, key: &Key) -> TokenStream {
    let runtime = &frame.runtime;
    let (item, decoded, made) = (codec::local("item"), codec::local("key"), codec::local("made"));
    let fields = key.fields().map(|field| {
        let plain = key.parts().filter_map(KeyPart::field).any(|part| part.ident == field.ident);
        if plain {
            return codec::decode_key(runtime, field);
        }
        let ident = &field.ident;
        let value = key
            .composites()
            .find(|composite| composite.has(ident))
            .map(|composite| template::decode(runtime, composite, ident));
        quote!(#ident: #value)
    });
    let key_value = quote!(Self { #(#fields,)* });
    let names: Vec<&str> = key.composites().map(|composite| composite.name.as_str()).collect();
    let body = if names.is_empty() {
        quote!(::core::result::Result::Ok(#key_value))
    } else {
        quote! {
            let #decoded = #key_value;
            let #made = #runtime::ItemKey::to_item(&#decoded)?;
            #runtime::__private::take_made(#item, &#made, &[#(#names),*])?;
            ::core::result::Result::Ok(#decoded)
        }
    };
    quote! {
        fn from_item(#item: &mut #runtime::Item) -> #runtime::Result<Self> {
            #body
        }
    }
}

/// Converts from the only value, or from a tuple of all values, with types that convert to a string accepted for a
/// string.
fn from_parts(frame: &Frame, key: &Key) -> TokenStream {
    let key_type = type_of(frame, Some(key));
    let mut generics = generics::carried(&frame.generics, Some(key));
    let mut predicates = generics::declared_predicates(&generics);

    let (mut sources, mut values, mut fields) = (Vec::new(), Vec::new(), Vec::new());
    for (position, KeyField { ident, ty, .. }) in key.fields().enumerate() {
        let value = codec::local(&format!("value_{position}"));
        if is_text(ty) {
            let parameter = parameter(ident, position, &generics);
            generics.params.push(GenericParam::Type(TypeParam::from(parameter.clone())));
            predicates.push(quote!(#parameter: ::core::convert::Into<#ty>));
            sources.push(quote!(#parameter));
            fields.push(quote!(#ident: ::core::convert::Into::into(#value)));
        } else {
            sources.push(quote!(#ty));
            fields.push(quote!(#ident: #value));
        }
        values.push(value);
    }
    let (source, pattern) = match (&sources[..], &values[..]) {
        // `T::Id` can be any type, including the key struct itself, so the compiler rejects a `From` implementation for
        // it, but not for its tuple.
        ([source], [value]) if key.fields().any(|field| generics::is_projection(&field.ty, &frame.generics)) => {
            (quote!((#source,)), quote!((#value,)))
        }
        ([source], [value]) => (source.clone(), quote!(#value)),
        (sources, values) => (quote!((#(#sources),*)), quote!((#(#values),*))),
    };
    let (impl_generics, _, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#source> for #key_type where #(#predicates,)* {
            fn from(#pattern: #source) -> Self {
                Self { #(#fields,)* }
            }
        }
    }
}

/// Returns `__EmployeeId` for the value of `employee_id`, which appears in error messages.
fn parameter(field: &Ident, position: usize, generics: &Generics) -> Ident {
    let name = format!("__{}", RenameRule::PascalCase.apply(&codec::plain(field)));
    let is_taken = generics.type_params().any(|parameter| parameter.ident == name);
    let name = if is_taken { format!("{name}{position}") } else { name };
    Ident::new(&name, Span::mixed_site())
}

/// Records the version of the entity, if it has one, for `delete`.
fn from_entity(frame: &Frame, key: &Key, version: Option<&Attribute>) -> TokenStream {
    let Frame { ident: entity, generics, runtime, .. } = frame;
    let key_type = type_of(frame, Some(key));
    let (impl_generics, entity_generics, _) = generics.split_for_impl();
    let mut predicates = generics::declared_predicates(generics);
    predicates.extend(generics::key_type_predicates(generics, key, &quote!(::core::clone::Clone)));
    let value = codec::local("entity");
    let fields = key.fields().map(|KeyField { ident, ty, .. }| {
        let clone = quote_spanned!(codec::place(ty)=> <#ty as ::core::clone::Clone>::clone);
        quote!(#ident: #clone(&#value.#ident))
    });
    let note_version = version.map(|Attribute { ident, ty, name, encoding, .. }| {
        let stored = codec::stored(runtime, ty, encoding);
        if generics.type_params().next().is_some() {
            predicates.push(quote!(#ty: #runtime::__private::VersionNumber));
        }
        quote_spanned! {codec::place(ty)=>
            #runtime::__private::note_version(|| #stored::expected(&#value.#ident, #name));
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<&#entity #entity_generics> for #key_type
        where #(#predicates,)*
        {
            fn from(#value: &#entity #entity_generics) -> Self {
                #note_version
                Self { #(#fields,)* }
            }
        }
    }
}

/// `EmployeeKey` for `Employee`.
fn ident(frame: &Frame) -> Ident {
    format_ident!("{}Key", frame.ident, span = frame.ident.span())
}

/// Returns true for the path of a standard string type. Another type is used unchanged, so a wrong result only costs a
/// conversion.
fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_text(&group.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.ident == "String" && last.arguments.is_none()
                || ["Box", "Arc", "Cow"].iter().any(|holder| last.ident == holder)
                    && super::inner(ty).is_some_and(is_str)
        }),
        _ => false,
    }
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}
