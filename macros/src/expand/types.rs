//! The types of an entity's attributes, as text.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::model::{Attribute, Composite, Encoding, Entity, KeyPart, TemplateValue};

/// Returns each attribute's name, with its type and the options that determine how it is stored.
pub(super) fn list(entity: &Entity) -> TokenStream {
    let keys = entity.key.parts().filter_map(|part| match part {
        KeyPart::Field(field) => Some((&field.name, as_written(&field.ty))),
        KeyPart::Composite(_) => None,
    });
    let composites = entity.composites().map(|composite| (&composite.name, made_of(composite)));
    let attributes = entity.attributes.iter().map(|attribute| (&attribute.name, stored(attribute)));
    let types = keys.chain(composites).chain(attributes).map(|(name, stored)| quote!((#name, #stored)));
    quote!(&[#(#types),*])
}

fn made_of(composite: &Composite) -> String {
    let fields = composite.values.iter().map(|TemplateValue { field, width }| {
        let ty = as_written(&field.ty);
        let width = width.map(|width| format!(":0{width}")).unwrap_or_default();
        format!("{}{width} ({ty})", field.ident)
    });
    format!("made of {}", fields.collect::<Vec<_>>().join(", "))
}

fn stored(Attribute { ty, encoding, .. }: &Attribute) -> String {
    let ty = as_written(ty);
    match encoding {
        Encoding::Serde | Encoding::Key | Encoding::PrimaryPart | Encoding::Part | Encoding::Ttl => ty,
        Encoding::Bytes => format!("{ty} as bytes"),
        Encoding::Number => format!("{ty} as a number"),
        Encoding::Set => format!("{ty} as a set"),
        Encoding::Version => format!("{ty} as the version"),
        Encoding::With(module) => format!("{ty} with {}", as_written(module)),
    }
}

/// Formats tokens without unusual spaces: `Option<Vec<u8>>`.
fn as_written(tokens: &impl ToTokens) -> String {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut written = String::new();
    for token in tokens.to_token_stream().to_string().split_whitespace() {
        if written.ends_with([',', ';']) || (written.ends_with(is_word) && token.starts_with(is_word)) {
            written.push(' ');
        }
        written.push_str(token);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_printed_as_written() {
        for ty in [
            "u8",
            "Option<Vec<u8>>",
            "[u8; 4]",
            "HashMap<String, (u8, u16)>",
            "Box<dyn Fn(u8)->&'static str>",
            "a::B<C>",
        ] {
            let parsed: syn::Type = syn::parse_str(ty).unwrap();
            assert_eq!(as_written(&parsed), ty);
        }
    }
}
