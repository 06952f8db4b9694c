//! `#[derive(KeyAttribute)]`: newtypes and fieldless enums as keys.

mod expand;
mod variants;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Field, Fields, Generics, Member, Type};

use self::variants::Variant;
use crate::attr::{self, KeyOption};
use crate::ctxt::{Ctxt, mistake};

/// Returns the implementation, or the errors with a stub that prevents further ones.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let ctxt = Ctxt::new();
    let key = Key::parse(&ctxt, input);
    match (ctxt.into_errors(), &key.shape) {
        (errors, Some(shape)) if errors.is_empty() => expand::key(&key, shape),
        (errors, _) => {
            let errors = errors.iter().map(syn::Error::to_compile_error);
            let stub = expand::stub(&key);
            quote!(#(#errors)* #stub)
        }
    }
}

/// A type with `#[derive(KeyAttribute)]`.
struct Key {
    ident: Ident,
    generics: Generics,
    runtime: TokenStream,
    shape: Option<Shape>,
}

/// How its values are encoded as keys.
enum Shape {
    /// A newtype, stored like the value of its only field.
    Newtype { field: Member, ty: Box<Type> },
    /// Each as text.
    Enum(Vec<Variant>),
}

impl Key {
    fn parse(ctxt: &Ctxt, input: DeriveInput) -> Self {
        let options = attr::key_options(ctxt, &input.attrs);
        let runtime = options.iter().find_map(|option| match &option.value {
            KeyOption::Crate(path) => Some(path.to_token_stream()),
            KeyOption::RenameAll(_) => None,
        });
        let shape = match input.data {
            Data::Struct(data) => {
                for option in options.iter().filter(|option| matches!(option.value, KeyOption::RenameAll(_))) {
                    ctxt.report(mistake(
                        option.word.span(),
                        format_args!("`{}` is for enums", option.word),
                        "a newtype is stored as the value inside is",
                        format_args!("remove `{}`", option.word),
                    ));
                }
                newtype(ctxt, &input.ident, data.fields)
            }
            Data::Enum(data) => {
                let variants = variants::parse(ctxt, &input.ident, &input.attrs, &options, &data);
                Some(Shape::Enum(variants))
            }
            Data::Union(data) => {
                ctxt.report(no_key("a union", data.union_token.span));
                None
            }
        };
        Self {
            ident: input.ident,
            generics: input.generics,
            runtime: runtime.unwrap_or_else(|| quote!(::dynaseal)),
            shape,
        }
    }
}

/// A key is one value.
fn newtype(ctxt: &Ctxt, ident: &Ident, fields: Fields) -> Option<Shape> {
    let mut fields = fields.into_iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        ctxt.report(no_key("a struct that does not have one field", ident.span()));
        return None;
    };
    let Field { ident, ty, .. } = field;
    let field = ident.map_or_else(|| Member::Unnamed(syn::Index { index: 0, span: ty.span() }), Member::Named);
    Some(Shape::Newtype { field, ty: Box::new(ty) })
}

fn no_key(kind: &str, at: Span) -> syn::Error {
    mistake(
        at,
        format_args!("{kind} cannot be a key"),
        "a key is one string, number or binary: that of the type inside a newtype, or the name of an enum's variant",
        "make it a newtype such as `struct EmployeeId(String);`, or implement `dynaseal::KeyAttribute` manually; a \
         key of several fields is a template of the entity",
    )
}
