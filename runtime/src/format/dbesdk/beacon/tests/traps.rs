//! Faults of AWS's clients that this crate does not have.

use crate::error::ErrorKind;
use crate::item::AttributeValue;
use crate::schema::beacon::{
    BeaconSchema, BeaconStyle, CompoundBeacon, Constructor, EncryptedPart, SignedPart, StandardBeacon, Transform,
    VirtualField, VirtualPart,
};

use super::super::Beacons;
use super::{actions, computed, item, number, text};

fn rejected(schema: &BeaconSchema) -> String {
    let error = Beacons::new(schema, &actions()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    error.to_string()
}

/// Trap 2: the clients read `[10]` as the element 11.
#[test]
fn two_digit_positions_are_rejected_everywhere() {
    let standard = |location: &str| BeaconSchema::new().standard(StandardBeacon::new("b", 20).location(location));
    let virtual_field = |location: &str| {
        let field = VirtualField::new("v").part(VirtualPart::new(location)).part(VirtualPart::new("e"));
        BeaconSchema::new().standard(StandardBeacon::new("v", 20)).virtual_field(field)
    };
    let signed = |location: &str| {
        let part = SignedPart::new("w", "W-").location(location);
        BeaconSchema::new().standard(StandardBeacon::new("e", 20)).compound(CompoundBeacon::new("c", '^').signed(part))
    };
    for schema in [&standard as &dyn Fn(&str) -> BeaconSchema, &virtual_field, &signed] {
        let list = if schema("g[9]").compound.is_empty() { "m" } else { "g" };
        Beacons::new(&schema(&format!("{list}[9]")), &actions()).unwrap();
        for position in ["10", "12", "00", "255"] {
            let message = rejected(&schema(&format!("{list}[{position}]")));
            assert!(message.contains("0 to 9"), "{message}");
        }
    }
}

/// Trap 3: the clients hash the original notation of a number, and compare it with the normalized one.
#[test]
fn a_number_has_one_text_however_it_is_spelled() {
    let field = VirtualField::new("v").part(VirtualPart::new("e")).part(VirtualPart::new("g"));
    let compound =
        CompoundBeacon::new("c", '^').signed(SignedPart::new("g", "G-")).encrypted(EncryptedPart::new("e2", "E-"));
    let schema = BeaconSchema::new()
        .standard(StandardBeacon::new("v", 40))
        .standard(StandardBeacon::new("e2", 40))
        .virtual_field(field)
        .compound(compound);
    let of = |spelling: &str| {
        computed(&schema, &item([("e", number(spelling)), ("e2", number(spelling)), ("g", number(spelling))])).unwrap()
    };
    let normal = of("1.5");
    assert_eq!(normal.len(), 3);
    for spelling in ["1.50", "15e-1", "001.5", "+1.5"] {
        assert_eq!(of(spelling), normal, "{spelling}");
    }
}

/// Trap 5: the clients fail to write an item if a transform splits a surrogate pair.
#[test]
fn half_a_surrogate_pair_is_omitted() {
    let cut = |transform: Transform, value: &str| {
        let field = VirtualField::new("v").part(VirtualPart::new("e").transform(transform));
        let schema = BeaconSchema::new().standard(StandardBeacon::new("v", 40)).virtual_field(field);
        computed(&schema, &item([("e", text(value))])).unwrap()
    };
    let whole = |value| cut(Transform::Prefix(99), value);
    assert_eq!(cut(Transform::Prefix(2), "a\u{10002}b"), whole("a"));
    assert_eq!(cut(Transform::Prefix(3), "a\u{10002}b"), whole("a\u{10002}"));
    assert_eq!(cut(Transform::Suffix(2), "a\u{10002}b"), whole("b"));
    assert_eq!(cut(Transform::Substring(2, 3), "a\u{10002}b"), whole(""));
}

/// Trap 12: the clients do not support two prefixes of one value.
#[test]
fn two_beacons_on_one_value_must_be_marked() {
    let schema = |extends: bool| {
        let beacon = |name: &str| {
            let beacon = StandardBeacon::new(name, 20);
            if extends { beacon.extension() } else { beacon }
        };
        let prefix = |name: &str, length| {
            VirtualField::new(name).part(VirtualPart::new("e").transform(Transform::Prefix(length)))
        };
        BeaconSchema::new()
            .standard(StandardBeacon::new("e", 20))
            .standard(beacon("e_2"))
            .standard(beacon("e_4"))
            .virtual_field(prefix("e_2", 2))
            .virtual_field(prefix("e_4", 4))
    };
    assert!(rejected(&schema(false)).contains("AWS's clients"));
    let beacons = computed(&schema(true), &item([("e", text("abcdef"))])).unwrap();
    assert_eq!(beacons.len(), 3);
}

/// Section 13, "accepted though broken", and configurations that the clients reject, too.
#[test]
fn unsearchable_values_are_rejected() {
    let base = || BeaconSchema::new().standard(StandardBeacon::new("e", 20)).standard(StandardBeacon::new("e2", 20));
    let encrypted = |prefix: &str| CompoundBeacon::new("c", '^').encrypted(EncryptedPart::new("e", prefix));
    let constructor = Constructor::new().required("e").optional("e");
    let field = || VirtualField::new("v").part(VirtualPart::new("m"));
    let set_of_text = StandardBeacon::new("s", 20).location("v").style(BeaconStyle::AsSet);
    for (schema, word) in [
        (base().compound(encrypted("E^")), "separator"),
        (base().compound(encrypted("E-").constructor(constructor)), "twice"),
        (base().compound(encrypted("E-").signed(SignedPart::new("e", "G-").location("g"))), "name `e`"),
        (base().virtual_field(field()).standard(set_of_text), "not a set"),
        (base().virtual_field(field()).standard(StandardBeacon::new("b", 9).location("v.x")), "below a virtual field"),
        (base().standard(StandardBeacon::new("m", 20).style(BeaconStyle::PartOnly)), "only a part"),
        (base().partitions(255), "1 to 254"),
        (base().partitions(0), "1 to 254"),
        (base().partitions(5).default_partitions(5), "less than"),
        (base().partitions(5).standard(StandardBeacon::new("m", 9).partitions(5)), "less than that of the items, 5"),
        (base().tenant("x"), "signed and readable"),
        (base().tenant("e"), "is a beacon"),
    ] {
        let message = rejected(&schema);
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[test]
fn a_value_with_the_separator_is_rejected_and_named() {
    let schema = BeaconSchema::new().standard(StandardBeacon::new("e", 20)).compound(
        CompoundBeacon::new("c", '^').signed(SignedPart::new("g", "G-")).encrypted(EncryptedPart::new("e", "E-")),
    );
    for (name, other) in [("e", "g"), ("g", "e")] {
        let error = computed(&schema, &item([(name, text("a^b")), (other, text("a"))])).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(name)));
        assert!(!error.to_string().contains("a^b"));
    }
}

#[test]
fn a_value_without_text_is_rejected_and_named() {
    let field = VirtualField::new("v").part(VirtualPart::new("e")).part(VirtualPart::new("g"));
    let schema = BeaconSchema::new().standard(StandardBeacon::new("v", 20)).virtual_field(field);
    let list = AttributeValue::L(vec![text("SECRET")]);
    let error = computed(&schema, &item([("e", list), ("g", text("a"))])).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("e")));
    let set = BeaconSchema::new().standard(StandardBeacon::new("e", 20).style(BeaconStyle::AsSet));
    let error = computed(&set, &item([("e", text("SECRET"))])).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("e")));
}

#[test]
fn set_members_are_hashed_once_in_any_order() {
    let schema = BeaconSchema::new().standard(StandardBeacon::new("e", 1).style(BeaconStyle::AsSet));
    let members = |members: &[&str]| AttributeValue::Ss(members.iter().map(|member| (*member).to_owned()).collect());
    let of = |value| computed(&schema, &item([("e", value)])).unwrap().remove("aws_dbe_b_e").unwrap();
    assert_eq!(of(members(&["a", "b", "c", "d"])), of(members(&["d", "c", "b", "a"])));
    assert_eq!(of(members(&["a", "b", "c", "d", "e", "f", "g", "h"])), members(&["0", "1"]));
}

#[test]
fn signed_beacons_must_match_the_computed_value() {
    let schema = BeaconSchema::new().standard(StandardBeacon::new("e", 20)).compound(
        CompoundBeacon::new("sg", '.').signed(SignedPart::new("g", "G-")).signed(SignedPart::new("g2", "H-")),
    );
    let beacons = Beacons::new(&schema, &actions()).unwrap();
    let mut complete = item([("g", text("1")), ("g2", text("2"))]);
    beacons.add_signed(&mut complete).unwrap();
    assert_eq!(complete.get("sg"), Some(&text("G-1.H-2")));
    beacons.add_signed(&mut complete).unwrap();
    for mut wrong in [
        item([("g", text("1")), ("g2", text("2")), ("sg", text("G-1.H-3"))]),
        item([("g", text("1")), ("g2", text("2")), ("sg", number("1"))]),
        item([("g", text("1")), ("sg", text("G-1"))]),
    ] {
        let error = beacons.add_signed(&mut wrong).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("sg")));
    }
}
