//! Rules about the names of attributes.

use std::collections::HashMap;

use crate::ast::Field;
use crate::ctxt::{Ctxt, mistake};
use crate::names::{RENAME, REPLICATION_PREFIX, RESERVED_ATTRIBUTES};

/// DynamoDB's limit for the names of key attributes, in bytes:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>.
const LONGEST_KEY_NAME: usize = 255;
/// The limit for all other attributes, from the same page.
const LONGEST_NAME: usize = 65_535;

/// The format stores its signature and material description under these names.
pub(super) fn check_name_is_not_reserved(ctxt: &Ctxt, field: &Field) {
    let Some((name, at)) = stored_name(field) else { return };
    if RESERVED_ATTRIBUTES.contains(&name.as_str()) {
        ctxt.report(mistake(
            at,
            format_args!("`{name}` is a reserved name"),
            "every encrypted item has its signature and material description under the reserved names",
            format_args!("choose another name in `{RENAME}`"),
        ));
    }
}

/// DynamoDB writes these after the item was signed, so they are never part of what an entity protects.
pub(super) fn check_name_is_not_replications(ctxt: &Ctxt, field: &Field) {
    let Some((name, at)) = stored_name(field) else { return };
    if name.starts_with(REPLICATION_PREFIX) {
        ctxt.report(mistake(
            at,
            format_args!("`{name}` belongs to DynamoDB"),
            format_args!("global tables write the attributes that start with `{REPLICATION_PREFIX}` themselves"),
            format_args!("choose another name in `{RENAME}`"),
        ));
    }
}

/// DynamoDB refuses attributes without a name.
pub(super) fn check_name_is_not_empty(ctxt: &Ctxt, field: &Field) {
    let Some((name, at)) = stored_name(field) else { return };
    if name.is_empty() {
        ctxt.report(mistake(
            at,
            "an attribute name cannot be empty",
            "DynamoDB refuses attributes without a name",
            format_args!("write a name, or remove `{RENAME}` to use the field's"),
        ));
    }
}

/// DynamoDB refuses longer names, that of a key when the table is made, that of another attribute at every write.
pub(super) fn check_name_is_not_too_long(ctxt: &Ctxt, field: &Field) {
    let Some((name, at)) = stored_name(field) else { return };
    let longest = if field.is_key() { LONGEST_KEY_NAME } else { LONGEST_NAME };
    if name.len() > longest {
        ctxt.report(mistake(
            at,
            format_args!("this attribute name has {} bytes", name.len()),
            format_args!(
                "DynamoDB's limit is {LONGEST_KEY_NAME} bytes for a key and {LONGEST_NAME} for any other attribute"
            ),
            format_args!("choose a name of at most {longest} bytes in `{RENAME}`"),
        ));
    }
}

/// Two fields under one name would overwrite each other.
pub(super) fn check_names_are_unique(ctxt: &Ctxt, fields: &[Field]) {
    let mut seen = HashMap::new();
    for field in fields {
        let Some((name, at)) = stored_name(field) else { continue };
        if let Some(first) = seen.get(&name) {
            ctxt.report(mistake(
                at,
                format_args!("the attribute name `{name}` is taken by the field `{first}`"),
                "each field is an attribute of its own",
                format_args!("choose another name in `{RENAME}`"),
            ));
        } else {
            seen.insert(name, &field.ident);
        }
    }
}

/// The name under which the field is stored, and the token that says it; `None` for a field that is not.
fn stored_name(field: &Field) -> Option<(String, proc_macro2::Span)> {
    field.is_stored().then(|| field.attribute_name())
}
