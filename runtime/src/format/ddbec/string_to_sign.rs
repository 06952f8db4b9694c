//! The string to sign: hashes of the table name and of every attribute whose action is not `DoNothing`.

use std::sync::Arc;

use crate::crypto::digest::{Digest, sha256};
use crate::error::{Error, Result};
use crate::format::context::ItemContext;
use crate::schema::action::AttributeAction;

use super::dialect::Dialect;
use super::serialize;
use super::signed::{SignedAttribute, SignedAttributes};

/// SHA-256 of `ENCRYPTED`.
const ENCRYPTED: Digest = [
    0x39, 0x41, 0x15, 0xac, 0x4e, 0xb0, 0x9a, 0xa4, 0x94, 0x29, 0x34, 0x88, 0x16, 0xb2, 0x03, 0x81, 0x27, 0xb0, 0xf9,
    0xe3, 0xa5, 0x20, 0x37, 0x2a, 0xe1, 0x00, 0xca, 0x19, 0xfb, 0x08, 0xfd, 0x50,
];

/// SHA-256 of `PLAINTEXT`.
const PLAINTEXT: Digest = [
    0xcb, 0x40, 0xe7, 0xda, 0xdc, 0x86, 0x16, 0x1b, 0x97, 0x98, 0xde, 0x48, 0x51, 0x2f, 0x33, 0x2d, 0x21, 0xc1, 0x41,
    0xfc, 0xc1, 0xe2, 0x8a, 0x08, 0x6f, 0xde, 0x4a, 0x33, 0x75, 0xaa, 0xb1, 0xb5,
];

/// The string to sign of an item whose values are already encrypted. It is built only when it is needed.
#[derive(Clone, Copy)]
pub(crate) struct StringToSign<'a> {
    attributes: &'a SignedAttributes<'a>,
    context: &'a ItemContext,
    dialect: Dialect,
}

impl<'a> SignedAttributes<'a> {
    pub(crate) fn string_to_sign(&'a self, context: &'a ItemContext, dialect: Dialect) -> StringToSign<'a> {
        StringToSign { attributes: self, context, dialect }
    }
}

/// The number of attributes whose parts are passed on together, from an array.
const AT_ONCE: usize = 8;

/// The parts of an attribute: the digests of its name, its marker and its value.
type Parts = [Digest; 3];

impl StringToSign<'_> {
    /// Passes its bytes on, a few attributes at a time.
    ///
    /// # Errors
    /// `Codec` for a value that has no serialized form, naming the attribute.
    pub(crate) fn write(self, sink: &mut dyn FnMut(&[u8])) -> Result<()> {
        sink(&*table_digest(self.context));
        for attributes in self.attributes.0.chunks(AT_ONCE) {
            let mut parts = [Parts::default(); AT_ONCE];
            for (place, attribute) in parts.iter_mut().zip(attributes) {
                self.put_parts(attribute, place)?;
            }
            sink(parts.as_flattened().as_flattened().get(..size_of::<Parts>() * attributes.len()).unwrap_or_default());
        }
        Ok(())
    }

    /// Returns its bytes.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn to_bytes(self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size_of::<Digest>() + size_of::<Parts>() * self.attributes.0.len());
        self.write(&mut |part| bytes.extend_from_slice(part))?;
        Ok(bytes)
    }

    fn put_parts(&self, attribute: &SignedAttribute<'_>, parts: &mut Parts) -> Result<()> {
        let SignedAttribute { name, known, action, value, .. } = attribute;
        let [digest_of_name, marker, digest] = parts;
        *digest_of_name = known.map_or_else(|| sha256(name.as_bytes()), |known| known.digest);
        *marker = if *action == AttributeAction::EncryptAndSign { ENCRYPTED } else { PLAINTEXT };
        *digest = serialize::digest(value, self.dialect).map_err(|error| Error::from(error).with_attribute(*name))?;
        Ok(())
    }
}

/// Returns the table name's part of every signature: the SHA-256 of `TABLE>name<TABLE`, as in versions 2.0.3 of the
/// Java and 3.3.0 of the Python client.
fn table_digest(context: &ItemContext) -> Arc<Digest> {
    context.derived().get(|| sha256(format!("TABLE>{}<TABLE", context.table_name()).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ddbec::prepared::Prepared;
    use crate::item::{AttributeValue, Item};
    use crate::schema::action::AttributeActions;

    #[test]
    fn the_order_does_not_depend_on_the_number_of_attributes() {
        let context = ItemContext::new("T");
        let actions = AttributeActions::new(AttributeAction::SignOnly);
        for count in [0, 1, 19, 20, 21, 100] {
            // In the order of their names.
            let names: Vec<String> = (0..count).map(|number| format!("attribute {number:03}")).collect();
            let value = |name: &String| (name.clone(), AttributeValue::S(name.clone()));
            let mut item: Item = names.iter().map(value).collect();
            let mut expected = sha256(b"TABLE>T<TABLE").to_vec();
            for name in &names {
                let serialized = [&[0, b's', 0, 0, 0, name.len() as u8], name.as_bytes()].concat();
                expected.extend([sha256(name.as_bytes()), sha256(b"PLAINTEXT"), sha256(&serialized)].concat());
            }
            let prepared = Prepared::of(&actions);
            let attributes = SignedAttributes::of(&mut item, &actions, &prepared);
            let read = attributes.string_to_sign(&context, Dialect::Java).to_bytes().unwrap();
            assert_eq!(read, expected, "{count} attributes");
        }
    }
}
