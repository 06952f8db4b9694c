//! Composite keys.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::codec::{self, local, place, relocate};
use super::generics;
use crate::attr::{Piece, Placeholder};
use crate::model::{Composite, Encoding, Entity, Frame, Key, Shape, TemplateValue};

/// Whether the fields of a key can be `None`, which only those of an index can.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Always,
    Sometimes,
}

/// Returns the composite keys of the table and of its indexes.
pub(super) fn composites(entity: &Entity) -> impl Iterator<Item = (&Composite, Presence)> {
    let of_indexes = entity.index_composites.iter().map(|composite| (composite, Presence::Sometimes));
    of_key(&entity.key).chain(of_indexes)
}

/// Returns those of the table.
pub(super) fn of_key(key: &Key) -> impl Iterator<Item = (&Composite, Presence)> {
    key.composites().map(|composite| (composite, Presence::Always))
}

/// Returns the constants of the templates, and the checks of their values' types by the compiler.
pub(super) fn constants<'a>(frame: &Frame, composites: impl Iterator<Item = (&'a Composite, Presence)>) -> TokenStream {
    let runtime = &frame.runtime;
    let mut constants = TokenStream::new();
    for (composite, presence) in composites {
        let Composite { constant, pieces, values, .. } = composite;
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => quote!(#runtime::__private::Piece::Literal(#text)),
            Piece::Value(Placeholder { width: None, .. }) => quote!(#runtime::__private::Piece::Value),
            Piece::Value(Placeholder { width: Some(width), .. }) => {
                let width = Literal::usize_unsuffixed(*width);
                quote!(#runtime::__private::Piece::Padded(#width))
            }
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

/// Returns the statement that puts the key into an item.
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

/// Returns the expression that composes the key from its values.
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

/// Returns the handle of a key attribute of an index, or of the table.
pub(super) fn index_key(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
) -> TokenStream {
    let Composite { name, constant, values, .. } = composite;
    let index_key = quote!(#runtime::index::IndexKey);
    if is_sort_key && matches!(composite.shape(), Shape::Parts { .. }) {
        return quote!(#index_key::__of_parts(#name, #constant));
    }
    let queried = local("value");
    let pattern = if values.is_empty() { quote!(_) } else { queried.to_token_stream() };
    let encoded = encode_queried(runtime, composite, presence, is_sort_key, &queried.to_token_stream());
    if !is_sort_key {
        return quote!(#index_key::__new(#name, |#pattern| #encoded));
    }
    let bound = match (composite.shape(), &values[..]) {
        (Shape::Trailing, [value]) => {
            let template_value = template_value(runtime, value, presence);
            let format = quote_spanned!(place(&value.field.ty)=> #template_value::format_bound(#runtime::index::Trailing::as_inner(#queried)));
            quote!(#runtime::__private::Template::encode_bound(&#constant, #format))
        }
        _ => encoded.clone(),
    };
    quote!(#index_key::__of_template(#name, |#pattern| #encoded, |#pattern| #bound, #constant))
}

/// Encodes the key from the one value of a query, or from those of a partition key.
pub(super) fn encode_queried(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
    queried: &TokenStream,
) -> TokenStream {
    let inner = match composite.shape() {
        Shape::Trailing if is_sort_key => quote!(#runtime::index::Trailing::as_inner(#queried)),
        Shape::Parts { .. } if is_sort_key => quote!(#runtime::index::Unordered::as_inner(#queried)),
        _ => queried.clone(),
    };
    let is_tuple = composite.values.len() > 1;
    let mut position = 0;
    encode(runtime, composite, presence, |_| {
        let index = syn::Index::from(position);
        position += 1;
        if is_tuple { quote!(&#inner.#index) } else { inner.clone() }
    })
}

/// Returns the type of the values of a query.
pub(super) fn queried_type(
    runtime: &TokenStream,
    composite: &Composite,
    presence: Presence,
    is_sort_key: bool,
) -> TokenStream {
    let types = || composite.values.iter().map(|value| value_type(runtime, value, presence));
    match composite.shape() {
        Shape::Trailing if is_sort_key => {
            let types = types();
            quote!(#runtime::index::Trailing<#(#types)*>)
        }
        Shape::Parts { is_enclosed } if is_sort_key => {
            let parts = composite.values.iter().zip(types()).map(|(value, ty)| {
                match value.width.map(Literal::usize_unsuffixed) {
                    None => quote!(#runtime::index::Text<#ty>),
                    Some(width) => quote!(#runtime::index::Padded<#ty, #width>),
                }
            });
            let end = if is_enclosed { quote!(Enclosed) } else { quote!(AtEnd) };
            quote!(#runtime::index::Parts<(#(#parts,)*), #runtime::index::#end>)
        }
        _ => match &types().collect::<Vec<_>>()[..] {
            [one] => one.clone(),
            types => quote!((#(#types),*)),
        },
    }
}

/// Returns the type that conditions compare, for a key attribute composed of a single field.
pub(super) fn handle_type(runtime: &TokenStream, composite: &Composite) -> TokenStream {
    match (composite.shape(), &composite.values[..]) {
        (Shape::Parts { .. }, [value]) => {
            let ty = value_type(runtime, value, Presence::Always);
            quote!(#runtime::index::Unordered<#ty>)
        }
        _ => queried_type(runtime, composite, Presence::Always, true),
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

/// Returns the bounds of the types of padded values that depend on parameters.
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

fn value_type(runtime: &TokenStream, value: &TemplateValue, presence: Presence) -> TokenStream {
    let ty = &value.field.ty;
    if presence == Presence::Always {
        return ty.to_token_stream();
    }
    let index_field = codec::stored(runtime, ty, &Encoding::Part);
    quote_spanned!(place(ty)=> #index_field::Value)
}

/// Returns the value's type as one that can be part of a template.
fn template_value(runtime: &TokenStream, value: &TemplateValue, presence: Presence) -> TokenStream {
    let place = place(&value.field.ty);
    let ty = value_type(runtime, value, presence);
    let runtime = relocate(runtime, place);
    let name = if value.width.is_some() { format_ident!("PaddedValue") } else { format_ident!("TemplateValue") };
    quote_spanned!(place=> <#ty as #runtime::__private::#name>)
}
