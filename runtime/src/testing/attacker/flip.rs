//! Flips a bit of a value so that DynamoDB still accepts the value.

use aws_sdk_dynamodb::primitives::Blob;

use crate::item::AttributeValue;

/// Flips the last bit; `None` if there is none.
pub(super) fn last_bit(value: &mut AttributeValue) -> Option<()> {
    match value {
        AttributeValue::B(bytes) => of_bytes(bytes),
        AttributeValue::S(text) => of_text(text),
        AttributeValue::N(number) => of_number(number),
        AttributeValue::Bool(value) => {
            *value = !*value;
            Some(())
        }
        AttributeValue::Bs(set) => of_bytes(set.first_mut()?),
        AttributeValue::Ss(set) => of_text(set.first_mut()?),
        AttributeValue::Ns(set) => of_number(set.first_mut()?),
        AttributeValue::L(list) => list.iter_mut().find_map(last_bit),
        AttributeValue::M(map) => map.values_mut().find_map(last_bit),
        _ => None,
    }
}

fn of_bytes(blob: &mut Blob) -> Option<()> {
    let mut bytes = std::mem::replace(blob, Blob::new([])).into_inner();
    let flipped = bytes.last_mut().map(|last| *last ^= 1);
    *blob = Blob::new(bytes);
    flipped
}

/// Flipping the last bit of a code point yields the neighboring character.
fn of_text(text: &mut String) -> Option<()> {
    let last = text.pop()?;
    text.push(char::from_u32(u32::from(last) ^ 1)?);
    Some(())
}

/// Flipping the last bit of a digit yields the neighboring digit: 0 and 1, up to 8 and 9.
fn of_number(number: &mut String) -> Option<()> {
    let last = number.pop()?.to_digit(10)?;
    number.push(char::from_digit(last ^ 1, 10)?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flipped(mut value: AttributeValue) -> Option<AttributeValue> {
        last_bit(&mut value).map(|()| value)
    }

    #[test]
    fn every_value_changes_and_keeps_its_type() {
        use AttributeValue::{B, Bool, Bs, L, M, N, Ns, Null, S, Ss};

        let text = |text: &str| S(text.to_owned());
        for (value, expected) in [
            (B(Blob::new([1, 2])), B(Blob::new([1, 3]))),
            (text("ab"), text("ac")),
            (text("\u{d7ff}"), text("\u{d7fe}")),
            (text("\u{10ffff}"), text("\u{10fffe}")),
            (N("-1.9".to_owned()), N("-1.8".to_owned())),
            (N("0".to_owned()), N("1".to_owned())),
            (Bool(true), Bool(false)),
            (Bs(vec![Blob::new([0]), Blob::new([7])]), Bs(vec![Blob::new([1]), Blob::new([7])])),
            (Ss(vec!["a".to_owned()]), Ss(vec!["`".to_owned()])),
            (Ns(vec!["8".to_owned()]), Ns(vec!["9".to_owned()])),
            (L(vec![Null(true), text("x")]), L(vec![Null(true), text("y")])),
            (M([("k".to_owned(), Bool(false))].into()), M([("k".to_owned(), Bool(true))].into())),
        ] {
            assert_eq!(flipped(value), Some(expected));
        }
        for nothing in [Null(true), text(""), B(Blob::new([])), L(Vec::new()), M([].into())] {
            assert_eq!(flipped(nothing), None);
        }
    }
}
