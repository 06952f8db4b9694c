use proc_macro2::TokenStream;
use quote::quote;

use super::{derive, mistakes};

/// Returns the errors of an order with these options above the struct.
fn with_options(options: TokenStream) -> Vec<String> {
    mistakes(quote! {
        #[item(#options)]
        struct Order {
            #[sign_only]
            tenant: String,
            #[sign_only]
            user: String,
            #[sign_only]
            number: u32,
            note: String,
            #[do_nothing]
            seen: u64,
            #[item(skip)]
            label: String,
            #[sign_only]
            #[item(default, updated_at)]
            updated: u64,
        }
    })
}

/// The same for the template of the partition key.
fn with_template(template: &str) -> Vec<String> {
    with_options(quote!(partition_key(name = "PK", template = #template)))
}

#[test]
fn keys_can_be_built_from_several_fields() {
    let legal = [
        quote!(partition_key(name = "PK", template = "T#{tenant}#U#{user}")),
        quote!(
            partition_key(name = "PK", template = "{tenant}"),
            sort_key(name = "SK", template = "{user}#{number:06}")
        ),
        quote!(partition_key(template = "T#{tenant}", name = "PK"), sort_key(name = "SK", template = "PROFILE")),
        quote!(partition_key(name = "PK", template = "{{T}}#{tenant}{{")),
        quote!(
            partition_key(name = "PK", template = "{tenant}"),
            index(name = "by-user", partition(name = "GSI1PK", template = "U#{user}"), sort = number)
        ),
        quote!(
            partition_key(name = "PK", template = "{tenant}"),
            sort_key(name = "SK", template = "{user}"),
            index(
                name = "inverted",
                partition(name = "SK", template = "{user}"),
                sort(name = "PK", template = "{tenant}")
            ),
            index(name = "local", local, sort = number)
        ),
    ];
    for options in legal {
        assert_eq!(with_options(options.clone()), Vec::<String>::new(), "{options}");
    }
}

#[test]
fn invalid_templates_are_rejected() {
    let cases = [
        ("", "a template cannot be empty"),
        ("{tenant}{user}", "there is no text between `{tenant}` and `{user}`"),
        ("{tenant}#{tenant}", "`{tenant}` occurs twice in the template"),
        ("{tenant", "a `{` without its `}`"),
        ("tenant}", "a `}` without its `{`"),
        ("{}", "`{}` does not name a field"),
        ("{a b}", "`{a b}` does not name a field"),
        ("{tenant.len()}", "`{tenant.len()}` does not name a field"),
        ("{number:4}", "`{number:4}` has an invalid width"),
        ("{number:00}", "`{number:00}` has an invalid width"),
        ("{number:040}", "`{number:040}` has an invalid width"),
        ("${tenant}", "a dollar sign before `{tenant}`"),
        ("{r#tenant}", "`{r#tenant}` does not name a field"),
        ("{number:0+4}", "`{number:0+4}` has an invalid width"),
        ("{number:04x}", "`{number:04x}` has an invalid width"),
        ("{number:}", "`{number:}` has an invalid width"),
    ];
    for (template, mistake) in cases {
        assert_eq!(with_template(template).first().map(String::as_str), Some(mistake), "{template}");
    }
    for template in ["{number:01}", "{number:039}", "#{number}", "$#{tenant}"] {
        assert!(with_template(template).is_empty(), "{template}");
    }
}

/// The literal's spelling distinguishes an error from an intended dollar sign.
#[test]
fn a_literal_dollar_sign_is_escaped() {
    let with_literal = |literal: &str| {
        let literal: syn::LitStr = syn::parse_str(literal).unwrap();
        with_options(quote!(partition_key(name = "PK", template = #literal)))
    };
    assert_eq!(with_literal(r#""USER#${tenant}""#), ["a dollar sign before `{tenant}`"]);
    assert_eq!(with_literal(r##"r"${number:04}""##), ["a dollar sign before `{number}`"]);
    for literal in [r#""USER#\x24{tenant}""#, r#""${{}}{tenant}""#, r#""$USER#{tenant}$""#] {
        assert!(with_literal(literal).is_empty(), "{literal}");
    }
}

#[test]
fn a_template_uses_sign_only_fields() {
    let cases = [
        ("PROFILE", "a partition key that is always the same"),
        ("{client}", "there is no field `client`"),
        ("{label}", "`label` is not stored"),
        ("{note}", "`note` is encrypted, so it cannot be part of a key"),
        ("{seen}", "`seen` is not signed, so it cannot be part of a key"),
    ];
    for (template, mistake) in cases {
        assert_eq!(with_template(template), [mistake], "{template}");
    }
    assert_eq!(
        with_template("{updated}"),
        [
            "`updated` is part of a key, so it cannot have `default`",
            "`updated` is part of a key, so it cannot have `updated_at`",
        ]
    );
    let index = quote!(
        partition_key(name = "PK", template = "{tenant}"),
        index(name = "by-note", partition(name = "IK", template = "{note}"))
    );
    assert_eq!(with_options(index), ["`note` is encrypted, so it cannot be part of a key"]);
}

#[test]
fn a_composite_key_needs_a_unique_name_and_a_template() {
    let cases = [
        (quote!(partition_key), "`partition_key` needs its options in parentheses"),
        (quote!(partition_key(template = "{tenant}")), "`partition_key` needs a `name`"),
        (quote!(partition_key(name = "PK")), "`partition_key` needs a `template`"),
        (quote!(partition_key(name = "PK", template = tenant)), "`template` takes a string"),
        (quote!(partition_key(name = "PK", format = "x")), "unknown option `format`"),
        (
            quote!(partition_key(name = "tenant", template = "{user}")),
            "the attribute name `tenant` is taken by the field `tenant`",
        ),
        (
            quote!(partition_key(name = "PK", template = "{user}"), sort_key(name = "PK", template = "{number}")),
            "the attribute name `PK` is taken by another key",
        ),
        (quote!(sort_key(name = "SK", template = "{user}")), "`Order` has no partition key"),
        (
            quote!(
                partition_key(name = "PK", template = "{user}"),
                index(name = "abc", local, partition(name = "IK", template = "{tenant}"), sort = number)
            ),
            "a local index with its own `partition`",
        ),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_options(options.clone()).first().map(String::as_str), Some(mistake), "{options}");
    }
}

#[test]
fn a_table_has_one_key_however_it_is_declared() {
    let found = mistakes(quote! {
        #[item(partition_key(name = "PK", template = "{a}"), sort_key(name = "SK", template = "{b}"))]
        struct Order {
            #[partition_key]
            a: String,
            #[sort_key]
            b: String,
        }
    });
    assert_eq!(found, ["a second partition key: `PK` is one already", "a second sort key: `SK` is one already"]);
}

#[test]
fn the_template_of_a_key_field_contains_that_field() {
    let with_field = |field: TokenStream| {
        mistakes(quote! {
            struct Employee {
                #[partition_key]
                id: String,
                #[sign_only]
                level: u8,
                #field
            }
        })
    };
    assert!(with_field(quote!(#[sort_key] #[item(template = "YEAR#{hired:04}", rename = "SK")] hired: u32)).is_empty());
    assert!(with_field(quote!(#[sort_key] #[item(template = "{type}")] r#type: String)).is_empty());
    for (template, mistake) in [
        ("YEAR", "the template of `hired` lacks `{hired}`"),
        ("{id}", "the template of `hired` lacks `{hired}`"),
        ("{hierd:04}", "there is no field `hierd`"),
        ("{hired:04}#{level}", "this template is not of `hired` alone"),
        ("{level}#{hired:04}", "this template is not of `hired` alone"),
    ] {
        assert_eq!(with_field(quote!(#[sort_key] #[item(template = #template)] hired: u32)), [mistake], "{template}");
    }
    assert_eq!(
        with_field(quote!(#[sign_only] #[item(template = "{hired}")] hired: u32)),
        ["`hired` is not a key, so it cannot have a `template`"]
    );
}

#[test]
fn the_key_takes_its_fields_in_template_order() {
    let expansion = derive(quote! {
        #[item(partition_key(name = "PK", template = "{b}#{a}"), sort_key(name = "SK", template = "{c:04}#{a}"))]
        struct Order {
            #[sign_only]
            a: u8,
            #[sign_only]
            b: u16,
            #[sign_only]
            c: u32,
        }
    });
    let expansion = expansion.to_string();
    assert!(expansion.contains("From < (u16 , u8 , u32) > for OrderKey"), "{expansion}");
    assert!(expansion.contains("type PartitionKey = (u16 , u8)"), "{expansion}");
    assert!(
        expansion
            .contains("type SortKey = :: dynaseal :: index :: Parts < (:: dynaseal :: index :: Padded < u32 , 4 >"),
        "{expansion}"
    );
}
