use quote::quote;

use super::{mistakes, with_field};

/// Returns a person with these options on the struct and these fields.
fn person(options: proc_macro2::TokenStream, fields: proc_macro2::TokenStream) -> Vec<String> {
    mistakes(quote! {
        #[item(#options)]
        struct Person {
            #[partition_key]
            id: String,
            #[sign_only]
            team: String,
            ssn: String,
            phones: Vec<String>,
            #fields
        }
    })
}

#[test]
fn a_beacon_needs_an_encrypted_field_and_a_length() {
    let cases = [
        (quote!(#[sign_only] #[item(beacon(bits = 8))]), "`a` is not encrypted, so it needs no beacon"),
        (quote!(#[do_nothing] #[item(beacon(bits = 8))]), "`a` is not encrypted, so it needs no beacon"),
        (quote!(#[sort_key] #[item(beacon(bits = 8))]), "`a` is a key, so it needs no beacon"),
        (
            quote!(#[sign_only] #[item(ttl, beacon(bits = 8))]),
            "`a` is the time after which DynamoDB may delete the item, so it needs no beacon",
        ),
        (quote!(#[item(version, beacon(bits = 8))]), "`a` is the version, so it needs no beacon"),
        (quote!(#[item(beacon(lowercase))]), "`beacon` needs its length in bits"),
        (quote!(#[item(beacon)]), "`beacon` needs its options in parentheses"),
        (quote!(#[item(beacon(bits = 0))]), "a beacon cannot have 0 bits"),
        (quote!(#[item(beacon(bits = 64))]), "a beacon cannot have 64 bits"),
        (quote!(#[item(beacon(bits = "8"))]), "`bits` takes a whole number"),
        (quote!(#[item(beacon(bits = 8, bits = 8))]), "`bits` is given twice"),
        (quote!(#[item(beacon(bits = 8, suffix = 4))]), "unknown option `suffix`"),
        (quote!(#[item(beacon(bits = 8, lowercase, uppercase))]), "`lowercase` and `uppercase` exclude each other"),
        (quote!(#[item(skip, beacon(bits = 8))]), "`beacon` has no effect on a skipped field"),
        (quote!(#[item(set, beacon(bits = 8, lowercase))]), "the beacon of a set cannot have `lowercase`"),
        (quote!(#[item(set, beacon(bits = 8, part_only))]), "the beacon of a set cannot have `part_only`"),
        (quote!(#[item(beacon(bits = 8, name = aws_dbe_x))]), "`aws_dbe_x` is a reserved name"),
        (quote!(#[item(beacon(bits = 8, shared = b))]), "there is no beacon `b` to share a key with"),
        (quote!(#[item(beacon(bits = 8, shared = a))]), "a beacon cannot share its own key"),
        (quote!(#[item(beacon(bits = 8, partitions = 1))]), "a beacon cannot have 1 partitions here"),
    ];
    for (attributes, mistake) in cases {
        assert_eq!(with_field(quote!(#attributes a: u64)), [mistake], "{attributes}");
    }
    for bits in [1_u8, 63] {
        assert!(with_field(quote!(#[item(beacon(bits = #bits))] a: u64)).is_empty());
    }
}

#[test]
fn shared_beacons_must_match() {
    let shared = |first: proc_macro2::TokenStream, second: proc_macro2::TokenStream| {
        with_field(quote!(#[item(beacon(#first))] a: String, #[item(beacon(#second))] b: String))
    };
    assert!(shared(quote!(bits = 8), quote!(bits = 8, shared = a)).is_empty());
    for (first, second, mistake) in [
        (quote!(bits = 8), quote!(bits = 9, shared = a), "this beacon and `a` have different lengths"),
        (
            quote!(bits = 8),
            quote!(bits = 8, lowercase, shared = a),
            "this beacon and `a` have different styles or transforms",
        ),
    ] {
        assert_eq!(shared(first, second), [mistake]);
    }
    assert_eq!(
        shared(quote!(bits = 8, shared = b), quote!(bits = 8, shared = a)),
        ["`b` shares the key of another beacon itself", "`a` shares the key of another beacon itself"]
    );
}

#[test]
fn a_compound_beacon_declares_its_parts() {
    let cases = [
        (quote!(beacon(of = ssn, bits = 8)), "a `beacon` of the struct needs a name"),
        (quote!(beacon(name = last4, bits = 8)), "a `beacon` on a struct needs a source"),
        (quote!(beacon(name = last4, of = sn, bits = 8)), "`sn` is not a stored field"),
        (quote!(beacon(name = last4, of = team, bits = 8)), "`team` is not encrypted, so it needs no beacon"),
        (quote!(beacon(name = ssn, of = phones, bits = 8)), "the name `ssn` is taken by the field `ssn`"),
        (
            quote!(beacon(name = p, of = "phones[10]", bits = 8)),
            "the position 10 is not the same element to every client",
        ),
        (quote!(beacon(name = p, of = "phones[x]", bits = 8)), "`x` is not a position in a list"),
        (quote!(beacon(name = p, of = "phones.", bits = 8)), "`phones.` is not a path"),
        (quote!(beacon(name = p, of = ssn, suffix = 0, bits = 8)), "a beacon of 0 characters"),
        (quote!(beacon(name = p, of = ssn, bits = 8), partitions = 255), "items cannot be spread over 255 partitions"),
        (quote!(beacon(name = p, of = ssn, bits = 8), partitions = 0), "items cannot be spread over 0 partitions"),
        (quote!(partitions = 5), "`partitions` without a beacon"),
        (
            quote!(beacon(name = p, of = ssn, bits = 8, partitions = 5), partitions = 5),
            "a beacon cannot have 5 partitions here",
        ),
        (
            quote!(beacon(name = p, of = ssn, bits = 8), beacon(name = q, of = ssn, suffix = 4, bits = 8)),
            "`ssn` has the beacon `p` already",
        ),
        (quote!(beacon(name = p, of = ssn, bits = 8), beacon(name = p, of = phones, bits = 8)), "a second beacon `p`"),
        (quote!(index(name = "by-ssn", partition = ssn)), "`ssn` is encrypted, so it cannot be a key of an index"),
    ];
    for (options, mistake) in cases {
        assert_eq!(person(options.clone(), quote!()), [mistake], "{options}");
    }
    for legal in [
        quote!(beacon(name = p, of = ssn, bits = 8), beacon(name = q, of = ssn, suffix = 4, bits = 8, extension)),
        quote!(beacon(name = p, of = "phones[9]", bits = 8), index(name = "by-p", partition = p, sort = team)),
        quote!(beacon(name = p, of = ssn, bits = 8, partitions = 4), partitions = 5),
    ] {
        assert_eq!(person(legal.clone(), quote!()), Vec::<String>::new(), "{legal}");
    }
}

#[test]
fn an_index_key_needs_a_beacon_with_a_single_value() {
    let by_a = |attributes: proc_macro2::TokenStream| {
        person(quote!(index(name = "by-a", partition = a)), quote!(#[item(#attributes)] a: String))
    };
    assert!(by_a(quote!(beacon(bits = 8))).is_empty());
    assert_eq!(
        by_a(quote!(beacon(bits = 8, part_only))),
        ["the beacon `a` is not stored, so it cannot be a key of an index"]
    );
    assert!(
        by_a(quote!(set, beacon(bits = 8)))
            .contains(&"the beacon `a` is a set, so it cannot be a key of an index".to_owned())
    );
}

#[test]
fn the_prefixes_of_a_compound_beacon_are_distinct() {
    let compound = |parts: proc_macro2::TokenStream| {
        person(
            quote!(compound(name = both, split = '^', #parts)),
            quote!(#[item(beacon(bits = 8))] badge: String, #[do_nothing] free: String),
        )
    };
    assert_eq!(compound(quote!(signed(team = "T-"), encrypted(badge = "B-"))), Vec::<String>::new());
    assert_eq!(
        compound(quote!(signed(team = "T-"), encrypted(badge = "B-"), constructor(badge, optional(team)))),
        Vec::<String>::new()
    );
    for (parts, mistake) in [
        (quote!(signed(team = ""), encrypted(badge = "B-")), "a prefix cannot be empty"),
        (
            quote!(signed(team = "T^"), encrypted(badge = "B-")),
            "the prefix `T^` contains the character between the parts",
        ),
        (quote!(signed(team = "T"), encrypted(badge = "TB")), "one of the prefixes `T` and `TB` begins with the other"),
        (quote!(signed(team = "T-", team = "U-"), encrypted(badge = "B-")), "`team` is a part of this beacon already"),
        (
            quote!(signed(team = "T-", ssn = "S-"), encrypted(badge = "B-")),
            "`ssn` is encrypted, and a signed part is readable",
        ),
        (quote!(signed(free = "F-"), encrypted(badge = "B-")), "`free` is not signed"),
        (quote!(signed(nobody = "N-"), encrypted(badge = "B-")), "`nobody` is not a stored field"),
        (quote!(signed(team = "T-"), encrypted(ssn = "S-")), "`ssn` has no beacon"),
        (
            quote!(signed(team = "T-"), encrypted(badge = "B-"), constructor(optional(team))),
            "a constructor without a required part",
        ),
        (
            quote!(signed(team = "T-"), encrypted(badge = "B-"), constructor(team), constructor(team, optional(badge))),
            "a second constructor with the same required parts",
        ),
        (
            quote!(signed(team = "T-"), encrypted(badge = "B-"), constructor(team, team)),
            "`team` is in this constructor twice",
        ),
        (quote!(signed(team = "T-"), encrypted(badge = "B-"), constructor(ssn)), "`ssn` is not a part of this beacon"),
        (quote!(signed("T-")), "`signed` takes fields, each with the prefix of its value"),
        (quote!(), "a compound beacon needs its parts"),
    ] {
        assert!(compound(parts.clone()).contains(&mistake.to_owned()), "{parts}: {:?}", compound(parts.clone()));
    }
    for (options, mistake) in [
        (quote!(compound(split = '^', signed(team = "T-"))), "a compound beacon needs its name"),
        (quote!(compound(name = both, signed(team = "T-"))), "a compound beacon needs its split"),
        (
            quote!(compound(name = team, split = '^', signed(team = "T-"))),
            "the name `team` is taken by the field `team`",
        ),
        (quote!(compound(name = fields, split = '^', signed(team = "T-"))), "`fields` is a function of every entity"),
        (
            quote!(compound(name = both, split = "^", signed(team = "T-"))),
            "`split` takes one character in single quotes",
        ),
    ] {
        assert!(
            person(options.clone(), quote!()).contains(&mistake.to_owned()),
            "{options}: {:?}",
            person(options.clone(), quote!())
        );
    }
}
