//! The conversion between the struct and its item.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, Path, PathArguments, Type};

use super::template;
use crate::attr::Action;
use crate::model::{Attribute, DefaultValue, Discriminator, Encoding, Entity, KeyField, KeyPart, Skipped};

/// Returns a local variable that cannot be confused with anything of the user's, including constants and const
/// parameters, which are resolved where the struct is.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}

/// Returns the identifier without the `r#` of a raw one.
pub(super) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Returns the span for errors about generated code that belongs to these tokens, such as a field's type.
pub(crate) fn place(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// Returns the same tokens with another span.
pub(crate) fn relocate(tokens: &TokenStream, place: Span) -> TokenStream {
    let relocate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.clone().into_iter().map(relocate).collect()
}

/// The number of attributes that encryption adds to an item, for which there is space from the beginning: otherwise an item
/// of certain sizes would be moved to a larger map.
const ADDED: usize = 2;

pub(super) fn to_item(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let item = local("item");
    let keys = entity.key.parts().filter_map(KeyPart::field).map(|field| encode_key(runtime, field));
    let made = make_keys(entity, &quote!(self), &quote!(&mut #item));
    let attributes = entity.attributes.iter().map(|attribute| encode(runtime, attribute));
    let discriminator = entity.discriminator.as_ref().map(|Discriminator { attribute, value }| {
        quote!(#runtime::__private::put_discriminator(&mut #item, #attribute, #value);)
    });
    let count = Literal::usize_unsuffixed(entity.actions().len() + ADDED);
    quote! {
        fn to_item(&self) -> #runtime::Result<#runtime::Item> {
            let mut #item = #runtime::Item::with_capacity(#count);
            #(#keys)*
            #made
            #discriminator
            #(#attributes)*
            ::core::result::Result::Ok(#item)
        }
    }
}

pub(super) fn from_item(entity: &Entity) -> TokenStream {
    let runtime = &entity.frame.runtime;
    let item = local("item");
    let keys = entity.key.parts().filter_map(|part| decode_part(runtime, part));
    let attributes = entity.attributes.iter().map(|attribute| decode(runtime, attribute));
    let skipped = entity.skipped.iter().map(|Skipped { ident, ty, default }| {
        let default = default_value(runtime, ty, default);
        quote!(#ident: #default)
    });
    let discriminator = entity.discriminator.as_ref().map(|Discriminator { attribute, value }| {
        quote!(#runtime::__private::take_discriminator(#item, #attribute, #value)?;)
    });
    let aliases = (!entity.aliases.is_empty())
        .then(|| quote!(#runtime::__private::rename_aliases(#item, <Self as #runtime::EncryptedItem>::ALIASES);));
    let decoded = quote!(Self { #(#keys,)* #(#attributes,)* #(#skipped,)* });
    let names: Vec<&str> = entity.composites().map(|composite| composite.name.as_str()).collect();
    let body = if names.is_empty() {
        quote!(::core::result::Result::Ok(#decoded))
    } else {
        let (decoded_local, made) = (local("entity"), local("made"));
        let make_keys = make_keys(entity, &quote!(#decoded_local), &quote!(&mut #made));
        quote! {
            let #decoded_local = #decoded;
            let mut #made = #runtime::Item::new();
            #make_keys
            #runtime::__private::take_made(#item, &#made, &[#(#names),*])?;
            ::core::result::Result::Ok(#decoded_local)
        }
    };
    quote! {
        fn from_item(#item: &mut #runtime::Item) -> #runtime::Result<Self> {
            #discriminator
            #aliases
            #body
        }
    }
}

/// Returns the statements that put the composite keys of `receiver` into an item.
fn make_keys(entity: &Entity, receiver: &TokenStream, item: &TokenStream) -> TokenStream {
    let puts = template::composites(entity)
        .map(|(composite, presence)| template::put(&entity.frame.runtime, composite, presence, receiver, item));
    quote!(#(#puts)*)
}

/// Decodes a field that is a key of the table by itself.
fn decode_part(runtime: &TokenStream, part: &KeyPart) -> Option<TokenStream> {
    match part {
        KeyPart::Field(field) => Some(decode_key(runtime, field)),
        KeyPart::Composite(composite) => {
            let ident = composite.own_field()?;
            let value = template::decode(runtime, composite, ident);
            Some(quote!(#ident: #value))
        }
    }
}

pub(super) fn encode_key(runtime: &TokenStream, KeyField { ident, ty, name }: &KeyField) -> TokenStream {
    let item = local("item");
    let key_attribute = key_attribute(runtime, ty);
    let encoded = quote_spanned!(place(ty)=> #key_attribute::encode(&self.#ident));
    quote!(#runtime::__private::put_key(&mut #item, #name, #encoded)?;)
}

pub(super) fn decode_key(runtime: &TokenStream, KeyField { ident, ty, name }: &KeyField) -> TokenStream {
    let item = local("item");
    let key_attribute = key_attribute(runtime, ty);
    let value = local("value");
    let decoded = quote_spanned!(place(ty)=> #key_attribute::decode(#value));
    quote!(#ident: #runtime::__private::take_key(#item, #name, |#value| #decoded)?)
}

/// Returns the type as a `KeyAttribute`, always in the same form, so that the compiler's error about it appears once.
pub(super) fn key_attribute(runtime: &TokenStream, ty: &Type) -> TokenStream {
    let runtime = relocate(runtime, place(ty));
    quote_spanned!(place(ty)=> <#ty as #runtime::KeyAttribute>)
}

fn encode(runtime: &TokenStream, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, action, encoding, name, default, skip_if, .. } = attribute;
    let item = local("item");
    let presence = (*action == Action::SignAndInclude).then(|| check_is_always_there(runtime, ty));
    let check = match encoding {
        Encoding::Serde => check_kind(runtime, ty, "__dynaseal_check"),
        Encoding::Set => check_kind(runtime, ty, "__dynaseal_check_set"),
        _ => None,
    };
    let put = match encoding {
        Encoding::With(module) => {
            put_with(runtime, ty, module, &quote!(&self.#ident), &quote!(&mut #item), &quote!(#name))
        }
        _ => {
            let stored = stored(runtime, ty, encoding);
            quote_spanned!(place(ty)=> #stored::put(&self.#ident, &mut #item, #name))
        }
    };
    let put = quote!(#put?;);
    let Some(condition) = skip_if else { return quote!(#check #presence #put) };
    let check_absence = match (encoding, default) {
        (Encoding::Set | Encoding::Version, _) | (_, Some(_)) => quote!(),
        _ => check_has_absent_value(runtime, ty),
    };
    let skip = local("skip");
    // All with the span of the path, so that errors about the function are shown there.
    let argument = relocate(&quote!(&self.#ident), condition.span());
    let call = quote_spanned!(condition.span()=> #condition(#argument));
    quote! {
        #check
        #check_absence
        let #skip: ::core::primitive::bool = #call;
        if !#skip {
            #put
        }
    }
}

fn decode(runtime: &TokenStream, attribute: &Attribute) -> TokenStream {
    let Attribute { ident, ty, encoding, name, default, .. } = attribute;
    let item = local("item");
    let take = match encoding {
        Encoding::With(module) => {
            let deserializer = local("deserializer");
            let decoded = quote_spanned!(module.span()=> #module::deserialize(#deserializer));
            quote!(#runtime::__private::take_with::<#ty>(#item, #name, |#deserializer| #decoded)?)
        }
        _ => {
            let stored = stored(runtime, ty, encoding);
            quote_spanned!(place(ty)=> #stored::take(#item, #name)?)
        }
    };
    match default.as_ref().map(|default| default_value(runtime, ty, default)) {
        None => quote!(#ident: #take),
        Some(default) => quote! {
            #ident: if #runtime::__private::is_absent(#item, #name) { #default } else { #take }
        },
    }
}

/// Returns the function that puts a value into an item under a name.
pub(super) fn put_function(runtime: &TokenStream, ty: &Type, encoding: &Encoding) -> TokenStream {
    let Encoding::With(module) = encoding else {
        let stored = stored(runtime, ty, encoding);
        return quote_spanned!(place(ty)=> #stored::put);
    };
    let (value, item, name) = (local("value"), local("item"), local("name"));
    let put = put_with(runtime, ty, module, &quote!(#value), &quote!(#item), &quote!(#name));
    quote!(|#value, #item, #name| #put)
}

fn put_with(
    runtime: &TokenStream,
    ty: &Type,
    module: &Path,
    value: &TokenStream,
    item: &TokenStream,
    name: &TokenStream,
) -> TokenStream {
    // Single tokens, so that errors about them are shown at the module's name.
    let (field, serializer) = (local("field"), local("serializer"));
    let arguments = relocate(&quote!(#field, #serializer), module.span());
    let encoded = quote_spanned!(module.span()=> #module::serialize(#arguments));
    quote!(#runtime::__private::put_with::<#ty>(#value, #item, #name, |#arguments| #encoded))
}

/// Returns the attribute's type as one that can be stored, always in the same form for the same reason.
pub(super) fn stored(runtime: &TokenStream, ty: &Type, encoding: &Encoding) -> TokenStream {
    let runtime = relocate(runtime, place(ty));
    match encoding {
        Encoding::Serde | Encoding::With(_) => match inner(ty) {
            None => quote_spanned!(place(ty)=> <#ty as #runtime::__private::SerdeField>),
            Some(inner) => quote_spanned!(place(ty)=> <#ty as #runtime::__private::SerdeField<#inner>>),
        },
        Encoding::Bytes => quote_spanned!(place(ty)=> <#ty as #runtime::__private::BytesField<_>>),
        Encoding::Number => quote_spanned!(place(ty)=> <#ty as #runtime::__private::NumberField>),
        Encoding::Set => quote_spanned!(place(ty)=> <#ty as #runtime::__private::SetField>),
        Encoding::Version => quote_spanned!(place(ty)=> <#ty as #runtime::__private::VersionNumber>),
        Encoding::Key => quote_spanned!(place(ty)=> <#ty as #runtime::__private::IndexField>),
        Encoding::PrimaryPart => quote_spanned!(place(ty)=> <#ty as #runtime::__private::TemplateValue>),
        Encoding::Part => quote_spanned!(place(ty)=> <#ty as #runtime::__private::PartField>),
        Encoding::Ttl => quote_spanned!(place(ty)=> <#ty as #runtime::__private::TimeToLive>),
    }
}

/// Returns the innermost type of a collection, an `Option` or a pointer of the standard library, as far as it is
/// visible. It is only used in an error.
pub(crate) fn inner(ty: &Type) -> Option<&Type> {
    const HOLDERS: [&str; 10] =
        ["Option", "Vec", "VecDeque", "Box", "Arc", "Cow", "HashMap", "BTreeMap", "HashSet", "BTreeSet"];

    let held = match ty {
        Type::Group(group) => Some(&*group.elem),
        Type::Array(array) => Some(&*array.elem),
        Type::Path(path) => {
            let last = path.path.segments.last().filter(|last| HOLDERS.iter().any(|holder| last.ident == holder))?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            arguments.args.iter().rev().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }?;
    Some(inner(held).unwrap_or(held))
}

/// Checks whether serde stores the type as its author intends. Types that look like a number, a string, or an `Option` or
/// `Vec` of them are not checked, to save compile time.
fn check_kind(runtime: &TokenStream, ty: &Type, check: &str) -> Option<TokenStream> {
    if is_plain(ty) {
        return None;
    }
    let runtime = relocate(runtime, place(ty));
    let check = Ident::new(check, place(ty));
    Some(quote_spanned!(place(ty)=> #runtime::__private::FieldType::<#ty>::NEW.__dynaseal_kind().#check();))
}

/// Returns whether the type looks like one that no check rejects.
fn is_plain(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return is_scalar(ty) };
    let Some(holder) = path.path.segments.first().filter(|_| path.path.segments.len() == 1) else { return false };
    let PathArguments::AngleBracketed(arguments) = &holder.arguments else { return is_scalar(ty) };
    match arguments.args.first() {
        Some(GenericArgument::Type(held)) if arguments.args.len() == 1 && is_scalar(held) => {
            holder.ident == "Option" || holder.ident == "Vec" && !is_byte(held)
        }
        _ => false,
    }
}

/// A `Vec` of bytes is a binary or a list.
fn is_byte(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_byte(&group.elem),
        _ => ty.to_token_stream().to_string() == "u8",
    }
}

fn is_scalar(ty: &Type) -> bool {
    const SCALARS: [&str; 15] = [
        "String", "bool", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64",
        "Number",
    ];

    match ty {
        Type::Group(group) => is_scalar(&group.elem),
        Type::Path(path) => path.path.get_ident().is_some_and(|ident| SCALARS.iter().any(|scalar| ident == scalar)),
        _ => false,
    }
}

/// Every item has the attributes of its encryption context.
fn check_is_always_there(runtime: &TokenStream, ty: &Type) -> TokenStream {
    let runtime = relocate(runtime, place(ty));
    let check = Ident::new("__dynaseal_check", place(ty));
    quote_spanned!(place(ty)=> #runtime::__private::FieldType::<#ty>::NEW.__dynaseal_presence().#check();)
}

/// An omitted attribute needs a value when it is read.
fn check_has_absent_value(runtime: &TokenStream, ty: &Type) -> TokenStream {
    quote_spanned!(place(ty)=> #runtime::__private::can_be_absent::<#ty>();)
}

fn default_value(runtime: &TokenStream, ty: &Type, default: &DefaultValue) -> TokenStream {
    match default {
        DefaultValue::Trait => {
            let runtime = relocate(runtime, place(ty));
            quote_spanned!(place(ty)=> <#ty as #runtime::__private::DefaultValue>::default_value())
        }
        DefaultValue::Function(function) => quote_spanned!(function.span()=> #function()),
    }
}
