//! The encryption context that a data key is bound to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::aws::kms::KmsContext;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::provider::MaterialsRequest;
use crate::item::AttributeValue;
use crate::item::number::text as number;

use super::algorithms::Algorithms;

/// Returns the context of an item to be written: algorithms, key attributes, table. The names have asterisks, although
/// the developer guide shows them without.
///
/// DynamoDB normalizes numbers, so they enter the context in normalized form.
pub(super) fn of_item(request: &MaterialsRequest<'_>, algorithms: &Algorithms) -> Result<KmsContext> {
    build(request, algorithms, |number| {
        number::normalize(number)
            .map(|text| text.into_owned())
            .map_err(|_| Error::new(ErrorKind::Codec, "the key is not a number that DynamoDB can store"))
    })
}

/// Returns the context with the key's numbers exactly as stored, if it differs from the one of [`of_item`]. DynamoDB
/// normalizes numbers; some compatible stores do not, and the Java and Python clients then use the stored form.
pub(super) fn as_stored(request: &MaterialsRequest<'_>, algorithms: &Algorithms) -> Result<Option<KmsContext>> {
    let mut differs = false;
    let context = build(request, algorithms, |number| {
        differs |= number::normalize(number).as_deref() != Ok(number);
        Ok(number.to_owned())
    })?;
    Ok(differs.then_some(context))
}

fn build(
    request: &MaterialsRequest<'_>,
    algorithms: &Algorithms,
    mut number: impl FnMut(&str) -> Result<String>,
) -> Result<KmsContext> {
    let mut context = KmsContext::from([
        ("*amzn-ddb-env-alg*".to_owned(), algorithms.content.clone()),
        ("*amzn-ddb-sig-alg*".to_owned(), algorithms.signing.clone()),
    ]);
    for (name, value) in [request.partition_key(), request.sort_key()].into_iter().flatten() {
        let text = match value {
            AttributeValue::S(text) => Ok(text.clone()),
            AttributeValue::N(text) => number(text),
            AttributeValue::B(bytes) => Ok(BASE64.encode(bytes)),
            _ => Err(Error::new(ErrorKind::Usage, "a key is a string, a number or a binary")),
        };
        context.insert(name.to_owned(), text.map_err(|error| error.with_attribute(name))?);
    }
    // Last, so that no key attribute can take the table's place.
    context.insert("*aws-kms-table*".to_owned(), request.table_name().to_owned());
    Ok(context)
}
