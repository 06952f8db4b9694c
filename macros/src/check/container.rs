//! Rules about the struct itself.

use syn::Type;

use crate::ast::{Container, Field, NotAStruct};
use crate::ctxt::{Ctxt, mistake};
use crate::expand::inner;
use crate::names;

/// An item is a map from names to values; only a struct with named fields has names to give.
pub(super) fn check_is_a_struct_with_named_fields(ctxt: &Ctxt, container: &Container) {
    if let Err(NotAStruct { kind, at }) = container.fields {
        ctxt.report(mistake(
            at,
            format_args!("{kind} cannot be an entity"),
            "every attribute of an item has a name, which is that of a field",
            format_args!("make `{}` a struct with named fields", container.ident),
        ));
    }
}

/// A value that is read from a table cannot borrow from anything that outlives the call.
pub(super) fn check_has_no_lifetimes(ctxt: &Ctxt, container: &Container) {
    if let Some(parameter) = container.generics.lifetimes().next() {
        ctxt.report(mistake(
            parameter.lifetime.span(),
            "an entity cannot have a lifetime parameter",
            "an entity is read from a table, so it owns its values",
            "use owned types, such as `String` instead of `&str`",
        ));
    }
}

/// Values that are read from a table cannot be borrowed, not even for `'static`.
pub(super) fn check_field_owns_its_value(ctxt: &Ctxt, field: &Field) {
    if !field.is_stored() || field.with().is_some() {
        return;
    }
    let value = inner(&field.ty).unwrap_or(&field.ty);
    if let Type::Reference(reference) = value
        // Any other lifetime is a parameter of the struct, which is reported.
        && reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "static")
    {
        let owned = match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                "`String`, or `Cow<'static, str>` if most values are constants"
            }
            Type::Slice(_) => "a `Vec`",
            _ => "the type without `&`",
        };
        ctxt.report(mistake(
            reference.and_token.span,
            "an entity cannot hold a reference",
            "an entity is read from a table, so it owns its values",
            format_args!("use {owned}"),
        ));
    }
}

/// Requests run on the threads of a runtime. The compiler itself would report each use of the struct in the generated code.
pub(super) fn check_field_can_be_sent(ctxt: &Ctxt, field: &Field) {
    if let Some(word) = field.reference_counted() {
        ctxt.report(mistake(
            word.span(),
            "an entity cannot hold an `Rc`",
            "entities are sent between threads, which share its count",
            "use `Arc`, or the value itself",
        ));
    }
}

/// Ignored, a `#[sign_only]` above the struct would look as if it applied to every field.
pub(super) fn check_has_no_field_attributes(ctxt: &Ctxt, container: &Container) {
    for attribute in &container.bare {
        ctxt.report(mistake(
            attribute.word.span(),
            format_args!("`#[{}]` is for fields", attribute.word),
            "each field has its own action; the default is to encrypt it",
            "move it above the field it is for",
        ));
    }
}

/// Signatures bound to no name at all would let items move between tables.
pub(super) fn check_logical_table_name_is_not_empty(ctxt: &Ctxt, container: &Container) {
    if let Some(name) = container.logical_table_name()
        && name.value().is_empty()
    {
        ctxt.report(mistake(
            name.span(),
            "a table name cannot be empty",
            "signatures are bound to this name, so that an item cannot be moved to another table",
            format_args!("name the table, or remove `{}` to use the real table's name", names::LOGICAL_TABLE_NAME),
        ));
    }
}

/// An empty value identifies nothing, and is easily confused with a missing one.
pub(super) fn check_discriminator_is_not_empty(ctxt: &Ctxt, container: &Container) {
    if let Some((discriminator, word)) = container.discriminator()
        && let Some(value) = discriminator.value()
        && value.value().is_empty()
    {
        ctxt.report(mistake(
            value.span(),
            format_args!("the value of `{word}` cannot be empty"),
            "it names the entity of an item, so that it is not read as another one",
            format_args!("name the entity, or remove `{word}`"),
        ));
    }
}
