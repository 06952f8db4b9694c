//! The indexes of an entity's table.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::codec::{self, local, place, relocate};
use super::compound;
use super::template::{self, Presence};
use super::{generics, key_definition, option};
use crate::model::{Composite, Encoding, Frame, Index, IndexKey, Key, KeyField, KeyPart, Projection};
use crate::names;

/// The types of the values of the partition key and of the sort key. A type that is private, where the entity is not, is shown
/// at the field.
pub(super) fn primary_types(runtime: &TokenStream, key: Option<&Key>) -> TokenStream {
    let place_of = |part: &KeyPart| match part.fields().first() {
        Some(field) => place(&field.ty),
        None => Span::call_site(),
    };
    let partition = match key.map(|key| &key.partition) {
        None => quote!(
            type PartitionKey = ();
        ),
        Some(part) => {
            let value = primary_value(runtime, part, false);
            quote_spanned!(place_of(part)=> type PartitionKey = #value;)
        }
    };
    let sort = match key.and_then(|key| key.sort.as_ref()) {
        None => quote!(type SortKey = #runtime::index::NoSortKey;),
        Some(part) => {
            let value = primary_value(runtime, part, true);
            quote_spanned!(place_of(part)=> type SortKey = #value;)
        }
    };
    quote!(#partition #sort)
}

/// Returns the function that creates the primary index.
pub(super) fn primary(runtime: &TokenStream, key: &Key) -> TokenStream {
    let partition_key = primary_key(runtime, &key.partition, false);
    let sort_key = option(key.sort.as_ref().map(|sort| primary_key(runtime, sort, true)));
    quote! {
        fn primary_index() -> #runtime::Index<Self, Self::PartitionKey, Self::SortKey> {
            #runtime::Index::__new(::core::option::Option::None, #partition_key, #sort_key)
        }
    }
}

/// Returns the constant that describes the secondary indexes. Without any, the default of the trait applies.
pub(super) fn definitions(runtime: &TokenStream, indexes: &[Index]) -> TokenStream {
    if indexes.is_empty() {
        return quote!();
    }
    let definitions = indexes.iter().map(|index| {
        let name = &index.name;
        let partition_key = index.partition.as_ref().map(|key| definition(runtime, key));
        let sort_key = option(index.sort.as_ref().map(|key| definition(runtime, key)));
        let mut definition = quote!(#runtime::IndexDefinition::new(#name, #partition_key, #sort_key));
        if index.is_local {
            definition = quote!(#runtime::IndexDefinition::local(#definition));
        }
        match projection(runtime, &index.projection) {
            Some(projection) => quote!(#runtime::IndexDefinition::projection(#definition, #projection)),
            None => definition,
        }
    });
    quote!(const INDEXES: &'static [#runtime::IndexDefinition] = &[#(#definitions),*];)
}

/// Returns the struct of index handles.
pub(super) fn structure(frame: &Frame, indexes: &[Index]) -> TokenStream {
    if indexes.is_empty() {
        return quote!();
    }
    let Frame { ident: entity, vis, generics, lints, public_runtime: runtime, .. } = frame;
    let ident = ident(frame);
    let predicates = generics::declared_predicates(generics)
        .into_iter()
        .chain(generics::index_predicates(generics, runtime, indexes));
    let (_, type_generics, _) = generics.split_for_impl();
    let doc = format!(" A handle for each secondary index of [`{entity}`], made by `{entity}::indexes()`.");
    let fields = indexes.iter().map(|index| {
        let Index { name, handle, partition, sort, projection, .. } = index;
        let doc = format!(" The index `{name}`.");
        let partition = partition.as_ref().map_or_else(|| quote!(()), |key| value(frame, runtime, key, false));
        let sort =
            sort.as_ref().map_or_else(|| quote!(#runtime::index::NoSortKey), |key| value(frame, runtime, key, true));
        let projected = match projection {
            Projection::All => quote!(),
            Projection::KeysOnly | Projection::Include(_) if index.has_beacon() => {
                quote!(, #runtime::index::HashedKeys)
            }
            Projection::KeysOnly | Projection::Include(_) => quote!(, #runtime::index::SomeAttributes),
        };
        let at = place_of(index);
        let located = relocate(&quote!(#runtime::Index), at);
        let ty = quote_spanned!(at=> #located<#entity #type_generics, #partition, #sort #projected>);
        let ty = match checked_type(index) {
            Some(field) => reported_at(ty, field),
            None => ty,
        };
        quote! {
            #[doc = #doc]
            pub #handle: #ty,
        }
    });
    quote! {
        #[doc = #doc]
        #(#lints)*
        #vis struct #ident #generics where #(#predicates,)* {
            #(#fields)*
        }
    }
}

/// Returns the function that creates the handles.
pub(super) fn function(frame: &Frame, indexes: &[Index], predicates: &[TokenStream]) -> TokenStream {
    let runtime = &frame.runtime;
    let values = indexes.iter().map(|index| {
        let Index { name, handle, partition, sort, .. } = index;
        let partition_key = partition.as_ref().map(|key| index_key(frame, key, false));
        let sort_key = option(sort.as_ref().map(|key| index_key(frame, key, true)));
        let at = place_of(index);
        let located = relocate(&quote!(#runtime::Index), at);
        // The span of a call begins with that of its path, which ends here.
        let new = Ident::new("__new", checked_type(index).map_or(at, |field| field.span()));
        let made = quote_spanned!(at=> #located::#new(::core::option::Option::Some(#name), #partition_key, #sort_key));
        match checked_type(index) {
            Some(field) => {
                let made = reported_at(made, field);
                reported_at(quote!(#handle: #made), field)
            }
            None => quote!(#handle: #made),
        }
    });
    let ident = ident(frame);
    function_of(frame, indexes, predicates, &quote!(#ident { #(#values,)* }))
}

/// Returns the same function without values, which might not compile if there are errors.
pub(super) fn stub(frame: &Frame, indexes: &[Index]) -> TokenStream {
    let mut predicates = generics::declared_predicates(&frame.generics);
    predicates.extend(generics::index_predicates(&frame.generics, &frame.runtime, indexes));
    function_of(frame, indexes, &predicates, &quote!(::core::unimplemented!()))
}

fn function_of(frame: &Frame, indexes: &[Index], predicates: &[TokenStream], body: &TokenStream) -> TokenStream {
    if indexes.is_empty() {
        return quote!();
    }
    let Frame { ident: entity, vis, generics, .. } = frame;
    let ident = ident(frame);
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #entity #type_generics where #(#predicates,)* {
            /// A handle for each secondary index, to query it.
            #vis const fn indexes() -> #ident #type_generics {
                #body
            }
        }
    }
}

/// Returns the span for errors about an index: that of a field whose type may not be a key.
fn place_of(index: &Index) -> Span {
    checked_type(index).map_or_else(Span::call_site, place)
}

/// Returns the type of a field that may not be a key.
fn checked_type(index: &Index) -> Option<&Type> {
    let mut keys = index.partition.iter().chain(&index.sort);
    keys.find_map(|key| match key {
        IndexKey::Attribute(field) => Some(&field.ty),
        IndexKey::Beacon { ty, .. } => ty.as_ref(),
        IndexKey::Primary(_) | IndexKey::Composite(_) | IndexKey::Compound { .. } => None,
    })
}

/// Gives generated code the span of a field's type. The compiler then reports an error about it in the same words at the same
/// place as one about the field's encoding, and shows both once. Everything between the first and the last token keeps its
/// span, so no lint takes it for the user's.
fn reported_at(code: TokenStream, field: &Type) -> TokenStream {
    let mut code: Vec<TokenTree> = code.into_iter().collect();
    let mut field = field.to_token_stream().into_iter();
    let Some(first) = field.next() else { return code.into_iter().collect() };
    let last = field.last().unwrap_or_else(|| first.clone());
    let punctuation = code.iter().take_while(|token| matches!(token, TokenTree::Punct(_))).count();
    for token in code.iter_mut().take(punctuation.max(1)) {
        token.set_span(first.span());
    }
    if let Some(end) = code.last_mut() {
        end.set_span(last.span());
    }
    code.into_iter().collect()
}

fn primary_key(runtime: &TokenStream, part: &KeyPart, is_sort_key: bool) -> TokenStream {
    match part {
        KeyPart::Field(field) => of_field(runtime, field, &codec::key_attribute(runtime, &field.ty)),
        KeyPart::Composite(composite) => template::index_key(runtime, composite, Presence::Always, is_sort_key),
    }
}

fn index_key(frame: &Frame, key: &IndexKey, is_sort_key: bool) -> TokenStream {
    let runtime = &frame.runtime;
    match key {
        IndexKey::Primary(part) => primary_key(runtime, part, is_sort_key),
        IndexKey::Attribute(field) => of_field(runtime, field, &index_field(runtime, &field.ty)),
        IndexKey::Composite(composite) => template::index_key(runtime, composite, Presence::Sometimes, is_sort_key),
        IndexKey::Compound { name, attribute } => {
            let whole = compound::whole(frame, name);
            quote!(#runtime::index::IndexKey::__new(#attribute, #runtime::__private::encode_compound::<#whole>))
        }
        IndexKey::Beacon { name, ty } => {
            let (attribute, key) = (beacon_attribute(name), beacon_value(runtime, ty.as_ref()));
            let encode = if is_sort_key {
                let asked = local("asked");
                quote!(|#asked| #key::encode(#runtime::index::Unordered::as_inner(#asked)))
            } else {
                quote!(#key::encode)
            };
            quote!(#runtime::index::IndexKey::__new(#attribute, #encode))
        }
    }
}

/// Returns the attribute in which a beacon is stored.
fn beacon_attribute(name: &str) -> String {
    format!("{}b_{name}", names::BEACON_PREFIX)
}

/// Returns the encoding of the beacon's value before it is hashed.
fn beacon_value(runtime: &TokenStream, ty: Option<&Type>) -> TokenStream {
    match ty {
        Some(ty) => index_field(runtime, ty),
        None => quote!(<::std::string::String as #runtime::__private::IndexField>),
    }
}

fn of_field(runtime: &TokenStream, KeyField { ty, name, .. }: &KeyField, key: &TokenStream) -> TokenStream {
    let runtime = relocate(runtime, place(ty));
    let encode = reported_at(quote_spanned!(place(ty)=> #key::encode), ty);
    quote_spanned!(place(ty)=> #runtime::index::IndexKey::__new(#name, #encode))
}

fn definition(runtime: &TokenStream, key: &IndexKey) -> TokenStream {
    match key {
        IndexKey::Primary(part) => key_definition(runtime, part),
        IndexKey::Attribute(KeyField { ty, name, .. }) => {
            let index_field = index_field(runtime, ty);
            let stored_as = quote_spanned!(place(ty)=> #index_field::TYPE);
            quote!(#runtime::KeyDefinition::new(#name, #stored_as))
        }
        IndexKey::Composite(Composite { name, .. }) => {
            quote!(#runtime::KeyDefinition::new(#name, #runtime::KeyType::String))
        }
        IndexKey::Compound { attribute, .. } => {
            quote!(#runtime::KeyDefinition::new(#attribute, #runtime::KeyType::String))
        }
        IndexKey::Beacon { name, .. } => {
            let name = beacon_attribute(name);
            quote!(#runtime::KeyDefinition::new(#name, #runtime::KeyType::String))
        }
    }
}

/// Returns the type of the values with which the index is queried.
fn value(frame: &Frame, runtime: &TokenStream, key: &IndexKey, is_sort_key: bool) -> TokenStream {
    match key {
        IndexKey::Primary(part) => primary_value(runtime, part, is_sort_key),
        IndexKey::Attribute(KeyField { ty, .. }) => {
            let index_field = index_field(runtime, ty);
            quote_spanned!(place(ty)=> #index_field::Value)
        }
        IndexKey::Composite(composite) => template::queried_type(runtime, composite, Presence::Sometimes, is_sort_key),
        IndexKey::Compound { name, .. } => {
            let whole = compound::whole(frame, name);
            quote!(#runtime::index::CompoundOf<#whole>)
        }
        // A hash has no order, so there are no ranges of it.
        IndexKey::Beacon { ty, .. } if is_sort_key => {
            let key = beacon_value(runtime, ty.as_ref());
            quote!(#runtime::index::Unordered<#key::Value>)
        }
        IndexKey::Beacon { ty, .. } => {
            let key = beacon_value(runtime, ty.as_ref());
            quote!(#key::Value)
        }
    }
}

fn primary_value(runtime: &TokenStream, part: &KeyPart, is_sort_key: bool) -> TokenStream {
    match part {
        KeyPart::Field(field) => field.ty.to_token_stream(),
        KeyPart::Composite(composite) => template::queried_type(runtime, composite, Presence::Always, is_sort_key),
    }
}

fn index_field(runtime: &TokenStream, ty: &Type) -> TokenStream {
    codec::stored(runtime, ty, &Encoding::Key)
}

fn projection(runtime: &TokenStream, projection: &Projection) -> Option<TokenStream> {
    let projection = match projection {
        Projection::All => return None,
        Projection::KeysOnly => quote!(KeysOnly),
        Projection::Include(names) => quote!(Include(&[#(#names),*])),
    };
    Some(quote!(#runtime::IndexProjection::#projection))
}

/// `EmployeeIndexes` for `Employee`.
fn ident(frame: &Frame) -> Ident {
    format_ident!("{}Indexes", frame.ident, span = frame.ident.span())
}
