use proptest::prelude::*;

use super::*;

const USER: Template = Template::new(&[Piece::Literal("T#"), Piece::Value, Piece::Literal("#U#"), Piece::Value]);
const DOUBLE: Template = Template::new(&[Piece::Value, Piece::Literal("##"), Piece::Value]);
const ENCLOSED: Template = Template::new(&[Piece::Literal("("), Piece::Value, Piece::Literal(")")]);
const CONSTANT: Template = Template::new(&[Piece::Literal("PROFILE")]);

fn encode<const N: usize>(template: &Template, values: [&str; N]) -> Result<String> {
    match template.encode(values.map(|value| Ok(value.to_owned())))? {
        AttributeValue::S(text) => Ok(text),
        other => panic!("{other:?}"),
    }
}

fn decode<const N: usize>(template: &Template, text: &str) -> Option<[String; N]> {
    let stored = AttributeValue::S(text.to_owned());
    let values = template.decode::<N>(Some(&stored)).ok()?;
    Some(values.map(str::to_owned))
}

#[test]
fn values_are_placed_between_literals() {
    assert_eq!(encode(&USER, ["acme", "ada"]).unwrap(), "T#acme#U#ada");
    assert_eq!(encode(&ENCLOSED, ["a)"]).unwrap(), "(a))");
    assert_eq!(encode(&CONSTANT, []).unwrap(), "PROFILE");
    assert_eq!(decode(&USER, "T#acme#U#ada").unwrap(), ["acme", "ada"]);
    assert_eq!(decode(&ENCLOSED, "(a))").unwrap(), ["a)"]);
    assert_eq!(decode::<0>(&CONSTANT, "PROFILE").unwrap(), [""; 0]);
}

#[test]
fn ambiguous_values_are_rejected() {
    // Otherwise a tenant `a#U#b` with a user `c` would have the key of the tenant `a` with the user `b#U#c`.
    for values in [["a#U#b", "c"], ["", "a"], ["a", ""]] {
        assert_eq!(encode(&USER, values).unwrap_err().kind(), ErrorKind::Codec, "{values:?}");
    }
    assert_eq!(encode(&USER, ["a", "b#U#c"]).unwrap(), "T#a#U#b#U#c");
    assert_eq!(decode(&USER, "T#a#U#b#U#c").unwrap(), ["a", "b#U#c"]);
    // `a###b` could be `a` and `#b`, which is how it is read.
    assert_eq!(encode(&DOUBLE, ["a#", "b"]).unwrap_err().kind(), ErrorKind::Codec);
    assert_eq!(encode(&DOUBLE, ["a", "#b"]).unwrap(), "a###b");
}

#[test]
fn trailing_text_can_contain_separators() {
    const POST: Template =
        Template::new(&[Piece::Padded(4), Piece::Literal("-"), Piece::Padded(2), Piece::Literal("#"), Piece::Value]);
    assert_eq!(encode(&POST, ["2026", "05", "a-b#c"]).unwrap(), "2026-05#a-b#c");
    assert_eq!(decode(&POST, "2026-05#a-b#c").unwrap(), ["2026", "05", "a-b#c"]);
    for text in ["226-05#a", "2026-5#a", "2026-05#", "2026-0x#a", "٢026-05#a"] {
        assert_eq!(decode::<3>(&POST, text), None, "{text}");
        assert!(!POST.fits(Some(&AttributeValue::S(text.to_owned()))));
    }
}

#[test]
fn leading_values_form_a_key_prefix() {
    let point = |values: &[&str]| USER.point(values.iter().map(|value| (*value).to_owned()).collect());
    assert_eq!(point(&["acme"]).unwrap(), Point::Leading("T#acme#U#".to_owned()));
    assert_eq!(point(&["acme", "ada"]).unwrap(), Point::Key(AttributeValue::S("T#acme#U#ada".to_owned())));
    // Otherwise, every item of the tenant `a` whose users begin with `b#U#` would be found, too.
    assert_eq!(point(&["a#U#b"]).unwrap_err().kind(), ErrorKind::Codec);
    assert_eq!(USER.beginning_with(&[], "ac").unwrap(), AttributeValue::S("T#ac".to_owned()));
    assert_eq!(USER.beginning_with(&["acme".to_owned()], "").unwrap(), AttributeValue::S("T#acme#U#".to_owned()));
    assert_eq!((USER.lead(), DOUBLE.lead(), CONSTANT.lead()), ("T#", "", "PROFILE"));
}

#[test]
fn an_error_in_a_value_is_an_error_of_the_key() {
    let error = USER.encode([Ok("a".to_owned()), String::new().format()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Codec);
}

#[test]
fn keys_of_another_template_are_rejected() {
    for text in ["", "T#", "T#acme", "T#acme#U#", "T##U#ada", "acme#U#ada", "t#acme#u#ada"] {
        assert_eq!(decode::<2>(&USER, text), None, "{text}");
    }
    assert_eq!(decode::<0>(&CONSTANT, "PROFILES"), None);
    assert_eq!(decode::<1>(&USER, "T#acme#U#ada"), None);
    for stored in [None, Some(&AttributeValue::N("1".to_owned()))] {
        assert_eq!(USER.decode::<2>(stored).unwrap_err().kind(), ErrorKind::Schema);
    }
}

#[test]
fn padded_numbers_have_a_fixed_width_and_sort_numerically() {
    assert_eq!(7_u32.format_padded(4).unwrap(), "0007");
    assert_eq!(2020_u64.format_padded(4).unwrap(), "2020");
    assert_eq!(10_000_u32.format_padded(4).unwrap_err().kind(), ErrorKind::Codec);
    assert_eq!(u32::parse_padded("0007", 4).unwrap(), 7);
    assert_eq!(u32::parse_padded("0000", 4).unwrap(), 0);
    for text in ["7", "00007", "+007", "-007", "007 ", "abcd", "", "٠٠٠٧"] {
        assert_eq!(u32::parse_padded(text, 4).unwrap_err().kind(), ErrorKind::Schema, "{text}");
    }
    assert_eq!(u8::parse_padded("0256", 4).unwrap_err().kind(), ErrorKind::Schema);
}

#[test]
fn other_values_are_stored_as_their_text() {
    assert_eq!((-5_i32).format().unwrap(), "-5");
    assert_eq!(i32::parse("-5").unwrap(), -5);
    assert_eq!(i32::parse("five").unwrap_err().kind(), ErrorKind::Schema);
    assert_eq!(String::parse("ada").unwrap(), "ada");
    assert_eq!(vec![1_u8].format().unwrap_err().kind(), ErrorKind::Codec);
}

#[test]
fn a_key_must_match_the_attributes_it_is_built_from() {
    let item = |text: &str| Item::from([("PK".to_owned(), AttributeValue::S(text.to_owned()))]);
    let mut stored = item("T#acme#U#ada");
    take_made(&mut stored, &item("T#acme#U#ada"), &["PK"]).unwrap();
    assert!(stored.is_empty());
    for made in [item("T#acme#U#eve"), Item::new()] {
        let error = take_made(&mut item("T#acme#U#ada"), &made, &["PK"]).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("PK")));
    }
    take_made(&mut Item::new(), &Item::new(), &["PK"]).unwrap();
}

proptest! {
    #[test]
    fn different_pairs_have_different_keys(a in "[#Ua]{1,6}", b in "[#Ua]{1,6}", c in "[#Ua]{1,6}", d in "[#Ua]{1,6}") {
        for template in [&USER, &DOUBLE] {
            let keys = [encode(template, [&a, &b]), encode(template, [&c, &d])];
            if let [Ok(first), Ok(second)] = keys {
                prop_assert_eq!(first == second, (&a, &b) == (&c, &d));
            }
        }
    }

    #[test]
    fn a_key_is_parsed_into_its_values(a in "\\PC{1,8}", b in "\\PC{1,8}") {
        if let Ok(text) = encode(&USER, [&a, &b]) {
            prop_assert_eq!(decode(&USER, &text), Some([a, b]));
        }
    }

    #[test]
    fn arbitrary_text_is_read_or_rejected(text in "(T#)?[#UT]{0,8}\\PC{0,4}") {
        if let Some(values) = decode::<2>(&USER, &text)
            && let Ok(made) = encode(&USER, [&values[0], &values[1]])
        {
            prop_assert_eq!(&made, &text);
        }
        let _ = decode::<2>(&DOUBLE, &text);
        let _ = decode::<1>(&ENCLOSED, &text);
        let _ = u64::parse_padded(&text, text.len());
    }
}
