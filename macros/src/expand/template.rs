//! Keys that are made of the values of fields.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::codec::{self, local, place, relocate};
use super::generics;
use crate::attr::Piece;
use crate::model::{Composite, Encoding, Entity, Frame, Key, Order, TemplateValue};

/// Whether the fields of a key can be `None`: only those of an index can.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Always,
    Sometimes,
}

/// The keys of the table and of its indexes that are made.
pub(super) fn composites(entity: &Entity) -> impl Iterator<Item = (&Composite, Presence)> {
    let of_indexes = entity.index_composites.iter().map(|composite| (composite, Presence::Sometimes));
    of_key(&entity.key).chain(of_indexes)
}

/// Those of the table.
pub(super) fn of_key(key: &Key) -> impl Iterator<Item = (&Composite, Presence)> {
    key.composites().map(|composite| (composite, Presence::Always))
}

/// The constants that hold the templates, and what only the compiler can check of their values' types.
pub(super) fn constants<'a>(frame: &Frame, composites: impl Iterator<Item = (&'a Composite, Presence)>) -> TokenStream {
    let runtime = &frame.runtime;
    let mut constants = TokenStream::new();
    for (composite, presence) in composites {
        let Composite { constant, pieces, values, .. } = composite;
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => quote!(#runtime::__private::Piece::Literal(#text)),
            Piece::Value(_) => quote!(#runtime::__private::Piece::Value),
        });
        constants.extend(quote! {
            const #constant: #runtime::__private::Template = #runtime::__private::Template::new(&[#(#pieces),*]);
        });
        let known =
            |value: &&TemplateValue| value.width.is_none() && !generics::depends(&value.field.ty, &frame.generics);
        for value in values.iter().filter(known) {
            let place = place(&value.field.ty);
            let template_value = template_value(runtime, value, presence);
            let runtime = relocate(runtime, place);
            constants.extend(quote_spanned! {place=>
                const _: () = #runtime::__private::check_is_text(#template_value::TYPE);
            });
        }
    }
    constants
}

/// The statement that puts the key into an item.
pub(super) fn put(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    receiver: &TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let Composite { name, values, .. } = composite;
    if presence == Presence::Always {
        let made = encode(runtime, composite, presence, |value| {
            let ident = &value.field.ident;
            quote!(&#receiver.#ident)
        });
        return quote!(#runtime::__private::put_key(#item, #name, #made)?;);
    }
    let locals: Vec<Ident> =
        values.iter().map(|value| local(&format!("value_of_{}", codec::plain(&value.field.ident)))).collect();
    let optional = values.iter().map(|value| {
        let (ident, ty) = (&value.field.ident, &value.field.ty);
        let index_field = codec::stored(runtime, ty, &Encoding::Part);
        quote_spanned!(place(ty)=> #index_field::value(&#receiver.#ident))
    });
    let mut present = locals.iter();
    let made = encode(runtime, composite, presence, |_| {
        present.next().map_or_else(TokenStream::new, ToTokens::to_token_stream)
    });
    let put = quote!(#runtime::__private::put_key(#item, #name, #made)?;);
    if locals.is_empty() {
        return put;
    }
    quote! {
        if let (#(::core::option::Option::Some(#locals),)*) = (#(#optional,)*) {
            #put
        }
    }
}

/// The expression that makes the key of its values.
fn encode(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    mut value: impl FnMut(&TemplateValue) -> TokenStream,
) -> TokenStream {
    let constant = &composite.constant;
    let values = composite.values.iter().map(|part| {
        let value = value(part);
        let template_value = template_value(runtime, part, presence);
        let place = place(&part.field.ty);
        match part.width.map(Literal::usize_unsuffixed) {
            None => quote_spanned!(place=> #template_value::format(#value)),
            Some(width) => quote_spanned!(place=> #template_value::format_padded(#value, #width)),
        }
    });
    quote!(#runtime::__private::Template::encode(&#constant, [#(#values),*]))
}

/// The function that makes the stored key of what is asked for.
pub(super) fn encode_function(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
) -> TokenStream {
    let asked = local("value");
    let made = encode_asked(runtime, composite, presence, is_sort_key, &asked.to_token_stream());
    let pattern = if composite.values.is_empty() { quote!(_) } else { asked.to_token_stream() };
    quote!(|#pattern| #made)
}

/// The stored key, made of what is asked for.
pub(super) fn encode_asked(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
    asked: &TokenStream,
) -> TokenStream {
    let inner = match wrapper(composite, is_sort_key) {
        Some(wrapper) => quote!(#runtime::index::#wrapper::as_inner(#asked)),
        None => asked.clone(),
    };
    let is_tuple = composite.values.len() > 1;
    let mut position = 0;
    encode(runtime, composite, presence, |_| {
        let index = syn::Index::from(position);
        position += 1;
        if is_tuple { quote!(&#inner.#index) } else { inner.clone() }
    })
}

/// The type of what is asked for: the value, or a tuple of the values.
pub(super) fn asked_type(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
) -> TokenStream {
    let types: Vec<TokenStream> = composite.values.iter().map(|value| value_type(runtime, value, presence)).collect();
    let asked = match &types[..] {
        [one] => one.clone(),
        types => quote!((#(#types),*)),
    };
    match wrapper(composite, is_sort_key) {
        Some(wrapper) => quote!(#runtime::index::#wrapper<#asked>),
        None => asked,
    }
}

/// Reads one value of a stored key.
pub(super) fn decode(runtime: &TokenStream, composite: &Composite, wanted: &Ident) -> TokenStream {
    let Composite { name, constant, values, .. } = composite;
    let (item, text) = (local("item"), local("text"));
    let pattern = values.iter().map(|value| if value.field.ident == *wanted { quote!(#text) } else { quote!(_) });
    let parsed = values.iter().find(|value| value.field.ident == *wanted).map(|value| {
        let template_value = template_value(runtime, value, Presence::Always);
        let place = place(&value.field.ty);
        match value.width.map(Literal::usize_unsuffixed) {
            None => quote_spanned!(place=> #template_value::parse(#text)),
            Some(width) => quote_spanned!(place=> #template_value::parse_padded(#text, #width)),
        }
    });
    quote!(#runtime::__private::template_value(#item, #name, &#constant, |[#(#pattern),*]| #parsed)?)
}

/// What the types of padded values must be able to do, as far as that depends on parameters.
pub(super) fn predicates<'a>(
    frame: &Frame,
    composites: impl Iterator<Item = (&'a Composite, Presence)>,
) -> Vec<TokenStream> {
    let runtime = &frame.runtime;
    let mut predicates = Vec::new();
    for (composite, presence) in composites {
        for value in composite.values.iter().filter(|value| generics::depends(&value.field.ty, &frame.generics)) {
            let ty = value_type(runtime, value, presence);
            predicates.extend(value.width.map(|_| quote!(#ty: #runtime::__private::PaddedValue)));
        }
    }
    predicates
}

/// The type that says how the stored text sorts, if not as the values do. Nobody asks for ranges of a partition key.
fn wrapper(composite: &Composite, is_sort_key: bool) -> Option<Ident> {
    match composite.order() {
        _ if !is_sort_key => None,
        Order::Values => None,
        Order::Text => Some(format_ident!("Trailing")),
        Order::Nothing => Some(format_ident!("Unordered")),
    }
}

fn value_type(runtime: &TokenStream, value: &TemplateValue, presence: Presence) -> TokenStream {
    let ty = &value.field.ty;
    if presence == Presence::Always {
        return ty.to_token_stream();
    }
    let index_field = codec::stored(runtime, ty, &Encoding::Part);
    quote_spanned!(place(ty)=> #index_field::Value)
}

/// The value's type as one that can be part of a template.
fn template_value(runtime: &TokenStream, value: &TemplateValue, presence: Presence) -> TokenStream {
    let place = place(&value.field.ty);
    let ty = value_type(runtime, value, presence);
    let runtime = relocate(runtime, place);
    let name = if value.width.is_some() { format_ident!("PaddedValue") } else { format_ident!("TemplateValue") };
    quote_spanned!(place=> <#ty as #runtime::__private::#name>)
}
