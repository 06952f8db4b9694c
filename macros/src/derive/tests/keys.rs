//! `#[derive(KeyAttribute)]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::first_lines;
use crate::key_attribute::derive;

fn mistakes(input: TokenStream) -> Vec<String> {
    first_lines(derive(input))
}

#[test]
fn newtypes_and_fieldless_enums_can_be_keys() {
    for input in [
        quote!(
            struct Id(String);
        ),
        quote!(
            struct Id {
                inner: u32,
            }
        ),
        quote!(
            struct Id<T>(T)
            where
                T: Clone;
        ),
        quote!(
            #[item(crate = vendor::sealed)]
            struct Id(pub Uuid);
        ),
        quote!(
            enum Department {
                Legal,
                Sales = 5,
            }
        ),
        quote!(
            #[item(rename_all = "snake_case")]
            enum Department {
                Legal,
                #[item(rename = "R&D")]
                Research,
            }
        ),
    ] {
        assert_eq!(mistakes(input.clone()), Vec::<String>::new(), "{input}");
    }
}

#[test]
fn types_without_a_single_value_cannot_be_keys() {
    for (input, mistake) in [
        (
            quote!(
                struct Id;
            ),
            "a struct that does not have one field cannot be a key",
        ),
        (
            quote!(
                struct Id(u8, u8);
            ),
            "a struct that does not have one field cannot be a key",
        ),
        (quote!(union Id { a: u8 }), "a union cannot be a key"),
        (
            quote!(
                enum Id {}
            ),
            "an enum without variants cannot be a key",
        ),
        (
            quote!(
                enum Id {
                    A,
                    B(u8),
                }
            ),
            "an enum with fields cannot be a key",
        ),
        (
            quote!(
                #[item(rename_all = "lowercase")]
                struct Id(String);
            ),
            "`rename_all` is for enums",
        ),
        (
            quote!(
                enum Id {
                    A,
                    #[item(rename = "")]
                    B,
                }
            ),
            "a key cannot be an empty string",
        ),
        (
            quote!(
                enum Id {
                    A,
                    #[item(rename = "A")]
                    B,
                }
            ),
            "`A` is stored as `A` already",
        ),
        (
            quote!(
                enum Id {
                    #[item(renam = "A")]
                    B,
                }
            ),
            "unknown option `renam`",
        ),
        (
            quote!(
                #[item(colour)]
                enum Id {
                    B,
                }
            ),
            "unknown option `colour`",
        ),
    ] {
        assert_eq!(mistakes(input.clone()), [mistake], "{input}");
    }
}

#[test]
fn variants_are_stored_under_their_serde_names() {
    for (rule, text) in [
        ("lowercase", "humanresources"),
        ("UPPERCASE", "HUMANRESOURCES"),
        ("PascalCase", "HumanResources"),
        ("camelCase", "humanResources"),
        ("snake_case", "human_resources"),
        ("SCREAMING_SNAKE_CASE", "HUMAN_RESOURCES"),
        ("kebab-case", "human-resources"),
        ("SCREAMING-KEBAB-CASE", "HUMAN-RESOURCES"),
    ] {
        let expansion = derive(quote!(
            #[item(rename_all = #rule)]
            enum Department {
                HumanResources,
            }
        ))
        .to_string();
        assert!(expansion.contains(&format!("\"{text}\"")), "{expansion}");
    }
}

/// The same value would be stored in two forms, depending on whether it is a key.
#[test]
fn conflicting_serde_names_are_rejected() {
    let agreed = [
        quote!(
            #[serde(rename_all = "lowercase")]
            #[item(rename_all = "lowercase")]
            enum D {
                Legal,
            }
        ),
        quote!(
            enum D {
                #[serde(rename = "legal", alias = "law")]
                #[item(rename = "legal")]
                Legal,
            }
        ),
        quote!(
            #[serde(rename_all = "PascalCase")]
            enum D {
                Legal,
            }
        ),
        quote!(
            #[serde(tag = "t", bound(serialize = "T: X"))]
            enum D {
                Legal,
            }
        ),
    ];
    for input in agreed {
        assert_eq!(mistakes(input.clone()), Vec::<String>::new(), "{input}");
    }
    let disagreed = [
        quote!(
            #[serde(rename_all = "lowercase")]
            enum D {
                Legal,
            }
        ),
        quote!(
            enum D {
                #[serde(rename = "legal")]
                Legal,
            }
        ),
    ];
    for input in disagreed {
        assert_eq!(
            mistakes(input.clone()),
            ["serde stores `Legal` as `legal`, and a key stores it as `Legal`"],
            "{input}"
        );
    }
}
