//! Which generic parameters and bounds go where.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Path, Type};

use super::template;
use crate::attr::Managed;
use crate::model::{DefaultValue, Encoding, Entity, Frame, Index, IndexKey, Key, SourceType, TimeToLive};

/// Returns the parameters that the key's types mention, with only their bounds.
pub(super) fn carried(generics: &Generics, key: Option<&Key>) -> Generics {
    let used: TokenStream = key.into_iter().flat_map(Key::fields).map(|field| field.ty.to_token_stream()).collect();
    let (kept, dropped): (Vec<&GenericParam>, Vec<&GenericParam>) =
        generics.params.iter().partition(|parameter| mentions(used.clone(), [*parameter]));
    let concerns_dropped = |tokens: TokenStream| mentions(tokens, dropped.iter().copied());

    let mut carried = Generics { params: kept.into_iter().cloned().collect(), ..generics.clone() };
    for parameter in carried.type_params_mut() {
        parameter.default = None;
        parameter.bounds = std::mem::take(&mut parameter.bounds)
            .into_iter()
            .filter(|bound| !concerns_dropped(quote!(#bound)))
            .collect();
    }
    if let Some(clause) = &mut carried.where_clause {
        clause.predicates = std::mem::take(&mut clause.predicates)
            .into_iter()
            .filter(|predicate| !concerns_dropped(quote!(#predicate)) && mentions(quote!(#predicate), &carried.params))
            .collect();
    }
    carried
}

/// Returns the bounds of the struct's parameters in its own declaration.
pub(super) fn declared_predicates(generics: &Generics) -> Vec<TokenStream> {
    let clause = generics.where_clause.iter();
    clause.flat_map(|clause| &clause.predicates).map(ToTokens::to_token_stream).collect()
}

/// Returns the bounds of the key's types that depend on parameters.
pub(super) fn key_predicates(frame: &Frame, key: Option<&Key>) -> Vec<TokenStream> {
    let Frame { generics, runtime, .. } = frame;
    let mut predicates = declared_predicates(generics);
    predicates.extend(self_predicate(generics));
    let bounds = quote!(#runtime::KeyAttribute + ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync);
    predicates.extend(key.into_iter().flat_map(|key| key_type_predicates(generics, key, &bounds)));
    predicates
}

/// Returns the bounds of the runtime's traits on the type itself that depend on parameters.
pub(super) fn self_predicate(generics: &Generics) -> Option<TokenStream> {
    generics.type_params().next()?;
    Some(quote!(Self: ::core::marker::Send + ::core::marker::Sync + 'static))
}

/// Returns the bounds on the types of key fields that mention a parameter. The compiler checks the other types itself,
/// with an error at the field.
pub(super) fn key_type_predicates(generics: &Generics, key: &Key, bounds: &TokenStream) -> Vec<TokenStream> {
    type_predicates(generics, key.fields().map(|field| &field.ty), bounds)
}

/// The same for any types.
pub(super) fn type_predicates<'a>(
    generics: &Generics,
    types: impl Iterator<Item = &'a Type>,
    bounds: &TokenStream,
) -> Vec<TokenStream> {
    let types = types.filter(|ty| depends(ty, generics));
    types.map(|ty| quote!(#ty: #bounds)).collect()
}

/// Returns the bounds of the types of all fields that depend on parameters.
pub(super) fn entity_predicates(entity: &Entity) -> Vec<TokenStream> {
    let Frame { generics, runtime, .. } = &entity.frame;
    let mut predicates = key_predicates(&entity.frame, Some(&entity.key));
    predicates.extend(index_predicates(generics, runtime, &entity.indexes));
    predicates.extend(template::predicates(&entity.frame, template::composites(entity)));
    for attribute in &entity.attributes {
        let ty = &attribute.ty;
        if !depends(ty, generics) {
            continue;
        }
        match &attribute.encoding {
            Encoding::Serde => predicates.push(match super::inner(ty) {
                None => quote!(#ty: #runtime::__private::SerdeField),
                Some(inner) => quote!(#ty: #runtime::__private::SerdeField<#inner>),
            }),
            Encoding::Number => predicates.push(quote!(#ty: #runtime::__private::NumberField)),
            Encoding::Set => predicates.push(quote!(#ty: #runtime::__private::SetField)),
            Encoding::Version => predicates.push(quote!(#ty: #runtime::__private::VersionNumber)),
            Encoding::Key => predicates.push(quote!(#ty: #runtime::__private::IndexField)),
            Encoding::PrimaryPart => predicates.push(quote!(#ty: #runtime::__private::TemplateValue)),
            Encoding::Part => predicates.push(quote!(#ty: #runtime::__private::PartField)),
            // That of the time to live is below.
            Encoding::Ttl | Encoding::Bytes | Encoding::With(_) => {}
        }
        if let Some(Managed::CreatedAt | Managed::UpdatedAt) = attribute.managed {
            predicates.push(quote!(#ty: #runtime::Timestamp));
        }
    }
    for beacon in &entity.beacons.standard {
        match &beacon.source {
            SourceType::Value(ty) if depends(ty, generics) => {
                predicates.push(quote!(#ty: #runtime::condition::BeaconValue))
            }
            SourceType::Text(ty) if depends(ty, generics) => {
                predicates.push(quote!(#ty: #runtime::condition::ServerText))
            }
            SourceType::Number(ty) if depends(ty, generics) => {
                predicates.push(quote!(#ty: #runtime::condition::BeaconNumber))
            }
            _ => {}
        }
    }
    if let Some(TimeToLive { ty, .. }) = entity.ttl.as_ref().filter(|ttl| depends(&ttl.ty, generics)) {
        predicates.push(quote!(#ty: #runtime::__private::TimeToLive));
    }
    let defaults = entity.attributes.iter().filter_map(|attribute| Some((&attribute.ty, attribute.default.as_ref()?)));
    let skipped = entity.skipped.iter().map(|field| (&field.ty, &field.default));
    for (ty, default) in defaults.chain(skipped) {
        if matches!(default, DefaultValue::Trait) && depends(ty, generics) {
            predicates.push(quote!(#ty: ::core::default::Default));
        }
    }
    predicates
}

/// Returns the bounds of the types of index keys that depend on parameters.
pub(super) fn index_predicates(generics: &Generics, runtime: &TokenStream, indexes: &[Index]) -> Vec<TokenStream> {
    let keys = indexes.iter().flat_map(|index| index.partition.iter().chain(&index.sort));
    let types = keys.flat_map(IndexKey::optional_types).filter(|(ty, _)| depends(ty, generics));
    let predicate = |(ty, encoding): (&Type, Encoding)| match encoding {
        Encoding::Part => quote!(#ty: #runtime::__private::PartField),
        _ => quote!(#ty: #runtime::__private::IndexField),
    };
    types.map(predicate).collect()
}

/// Returns whether the type is a projection such as `T::Id` or `<T as Trait>::Id`.
pub(super) fn is_projection(ty: &Type, generics: &Generics) -> bool {
    match ty {
        Type::Group(group) => is_projection(&group.elem, generics),
        Type::Path(path) if path.qself.is_some() => mentions(quote!(#ty), &generics.params),
        Type::Path(path) => path.path.get_ident().is_none() && starts_with_parameter(&path.path, generics),
        _ => false,
    }
}

fn starts_with_parameter(path: &Path, generics: &Generics) -> bool {
    let first = path.segments.first().filter(|_| path.leading_colon.is_none());
    first.is_some_and(|first| generics.type_params().any(|parameter| parameter.ident == first.ident))
}

/// Returns whether the type names one of the parameters.
pub(super) fn depends(ty: &Type, generics: &Generics) -> bool {
    mentions(ty.to_token_stream(), &generics.params)
}

/// Returns whether the tokens of a type or bound name one of the parameters.
fn mentions<'a>(tokens: TokenStream, parameters: impl IntoIterator<Item = &'a GenericParam> + Clone) -> bool {
    let is_parameter = |ident: &Ident| parameters.clone().into_iter().any(|parameter| name(parameter) == ident);
    // In `path::T`, `T` is an item of that path. The apostrophe of a lifetime is a separate token.
    let mut after_colon = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(ident) => !after_colon && is_parameter(ident),
            TokenTree::Group(group) => mentions(group.stream(), parameters.clone()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        if found {
            return true;
        }
        after_colon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
    }
    false
}

fn name(parameter: &GenericParam) -> &Ident {
    match parameter {
        GenericParam::Type(parameter) => &parameter.ident,
        GenericParam::Const(parameter) => &parameter.ident,
        GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
    }
}
