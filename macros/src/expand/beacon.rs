//! The beacons of an entity.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::codec::{self, local, place, relocate};
use super::compound;
use crate::attr::Transform;
use crate::model::{Beacon, Beacons, Entity, Frame, Operand, SearchHandle, SearchKind, SourceType, Style, Tenant};

/// The function that describes the beacons. Without any, the default of the trait is right.
pub(super) fn function(entity: &Entity) -> Option<TokenStream> {
    let runtime = &entity.frame.runtime;
    let Beacons { partitions, standard } = &entity.beacons;
    if standard.is_empty() && entity.compounds.is_empty() {
        return None;
    }
    let schema = local("schema");
    let compounds = entity.compounds.iter().map(|compound| {
        let compound = compound::description(runtime, compound);
        quote!(let #schema = #schema.compound(#compound);)
    });
    let partitions = partitions.map(|count| quote!(let #schema = #schema.partitions(#count);));
    let tenant = entity.tenant.as_ref().map(|Tenant { name, .. }| quote!(let #schema = #schema.tenant(#name);));
    let standard = standard.iter().map(|beacon| {
        let check = check(runtime, beacon);
        let field = virtual_field(runtime, beacon).map(|field| quote!(.virtual_field(#field)));
        let beacon = self::beacon(runtime, beacon);
        quote! {
            #check
            let #schema = #schema #field.standard(#beacon);
        }
    });
    Some(quote! {
        fn beacons() -> ::core::option::Option<#runtime::beacon::BeaconSchema> {
            let #schema = #runtime::beacon::BeaconSchema::new();
            #partitions
            #tenant
            #(#standard)*
            #(#compounds)*
            ::core::option::Option::Some(#schema)
        }
    })
}

/// Returns the trait bounds on the type of the field, with the span of the type.
fn check(runtime: &TokenStream, beacon: &Beacon) -> Option<TokenStream> {
    let (ty, function) = match &beacon.source {
        SourceType::Value(ty) => (ty, "check_beacon_value"),
        SourceType::Text(ty) => (ty, "check_beacon_text"),
        SourceType::Number(ty) => (ty, "check_beacon_number"),
        SourceType::Unknown => return None,
    };
    let runtime = relocate(runtime, place(ty));
    let function = Ident::new(function, place(ty));
    Some(quote_spanned!(place(ty)=> #runtime::__private::#function::<#ty>();))
}

fn beacon(runtime: &TokenStream, beacon: &Beacon) -> TokenStream {
    let Beacon { name, bits, location, transforms, virtual_name, partitions, is_extension, .. } = beacon;
    let location = if transforms.is_empty() { location } else { virtual_name };
    let style = style(runtime, &beacon.style).map(|style| quote!(.style(#style)));
    let partitions = partitions.map(|count| quote!(.partitions(#count)));
    let extension = is_extension.then(|| quote!(.extension()));
    quote!(#runtime::beacon::StandardBeacon::new(#name, #bits).location(#location)#style #partitions #extension)
}

fn virtual_field(runtime: &TokenStream, beacon: &Beacon) -> Option<TokenStream> {
    let Beacon { location, transforms, virtual_name, .. } = beacon;
    if transforms.is_empty() {
        return None;
    }
    let transforms = transforms.iter().map(|transform| {
        let transform = match transform {
            Transform::Lower => quote!(Lower),
            Transform::Upper => quote!(Upper),
            Transform::Prefix(count) => {
                let count = i32::try_from(*count).unwrap_or(i32::MAX);
                quote!(Prefix(#count))
            }
            Transform::Suffix(count) => {
                let count = i32::try_from(*count).unwrap_or(i32::MAX);
                quote!(Suffix(#count))
            }
        };
        quote!(.transform(#runtime::beacon::Transform::#transform))
    });
    Some(quote! {
        #runtime::beacon::VirtualField::new(#virtual_name)
            .part(#runtime::beacon::VirtualPart::new(#location) #(#transforms)*)
    })
}

fn style(runtime: &TokenStream, style: &Style) -> Option<TokenStream> {
    let text = |other: &String| quote!(::std::string::String::from(#other));
    let style = match style {
        Style::Plain => return None,
        Style::PartOnly => quote!(PartOnly),
        Style::Shared(other) => {
            let other = text(other);
            quote!(Shared(#other))
        }
        Style::Set => quote!(AsSet),
        Style::SharedSet(other) => {
            let other = text(other);
            quote!(SharedSet(#other))
        }
        Style::Prefixes(shortest, longest) => {
            quote!(Terms(#runtime::beacon::Terms::Prefixes { shortest: #shortest, longest: #longest }))
        }
        Style::Words => quote!(Terms(#runtime::beacon::Terms::Words)),
        Style::Ngrams(length) => quote!(Terms(#runtime::beacon::Terms::Ngrams(#length))),
        Style::Buckets(width) => {
            // Such a number is created without a check that could fail.
            let more = width.saturating_sub(1);
            quote!(Buckets(::core::num::NonZeroU64::MIN.saturating_add(#more)))
        }
    };
    Some(quote!(#runtime::beacon::BeaconStyle::#style))
}

/// Returns the protection of a field that can be searched by such a beacon.
pub(super) fn protection(runtime: &TokenStream, kind: SearchKind) -> TokenStream {
    let kind = self::kind(kind);
    quote!(#runtime::condition::Searchable<#runtime::condition::#kind>)
}

/// Returns the type of the handle of a beacon that is not a field.
pub(super) fn handle_type(
    frame: &Frame,
    runtime: &TokenStream,
    entity: &TokenStream,
    handle: &SearchHandle,
) -> TokenStream {
    let kind = kind(handle.search.kind);
    let value = match &handle.operand {
        Operand::Text => quote!(::std::string::String),
        Operand::Number => quote!(#runtime::Number),
        Operand::Value(ty, _) => ty.to_token_stream(),
        Operand::Compound => {
            let whole = compound::whole(frame, &handle.ident);
            quote!(#runtime::index::CompoundOf<#whole>)
        }
    };
    quote!(#runtime::condition::Attr<#entity, #value, #runtime::condition::Unstored<#runtime::condition::#kind>>)
}

pub(super) fn handle(frame: &Frame, handle: &SearchHandle) -> TokenStream {
    let runtime = &frame.runtime;
    let SearchHandle { ident, search, operand } = handle;
    let name = &search.name;
    let encode = match operand {
        Operand::Value(ty, encoding) => codec::put_function(runtime, ty, encoding),
        Operand::Text => quote!(<::std::string::String as #runtime::__private::SerdeField>::put),
        Operand::Number => quote!(<#runtime::Number as #runtime::__private::SerdeField>::put),
        Operand::Compound => {
            let whole = compound::whole(frame, ident);
            quote!(#runtime::__private::put_compound::<#whole>)
        }
    };
    quote!(#ident: #runtime::condition::Attr::__new(#name, #encode))
}

fn kind(kind: SearchKind) -> Ident {
    let name = match kind {
        SearchKind::Equality => "Equality",
        SearchKind::Membership => "Membership",
        SearchKind::PartOnly => "PartOnly",
        SearchKind::Prefixes => "Prefixes",
        SearchKind::Words => "Words",
        SearchKind::Ngrams => "Ngrams",
        SearchKind::Buckets => "Buckets",
    };
    format_ident!("{name}Beacon", span = Span::call_site())
}
