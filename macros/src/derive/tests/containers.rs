use proc_macro2::TokenStream;
use quote::quote;

use super::{derive, mistakes, with_container, with_field};

#[test]
fn rename_all_supports_the_cases_of_serde() {
    let named = |rule: &str| {
        let expansion = derive(quote! {
            #[item(rename_all = #rule)]
            struct Employee {
                #[partition_key]
                employee_id: String,
                #[item(rename = "kept_as_it_is")]
                n: u8,
                _hidden_2: u8,
                r#type: u8,
            }
        });
        let expansion = expansion.to_string();
        let names: Vec<String> =
            expansion.split("The attribute `").skip(2).map(|rest| rest.split('`').next().unwrap().to_owned()).collect();
        names.join(" ")
    };
    assert_eq!(named("lowercase"), "employee_id kept_as_it_is _hidden_2 type");
    assert_eq!(named("UPPERCASE"), "EMPLOYEE_ID kept_as_it_is _HIDDEN_2 TYPE");
    assert_eq!(named("PascalCase"), "EmployeeId kept_as_it_is Hidden2 Type");
    assert_eq!(named("camelCase"), "employeeId kept_as_it_is hidden2 type");
    assert_eq!(named("snake_case"), "employee_id kept_as_it_is _hidden_2 type");
    assert_eq!(named("SCREAMING_SNAKE_CASE"), "EMPLOYEE_ID kept_as_it_is _HIDDEN_2 TYPE");
    assert_eq!(named("kebab-case"), "employee-id kept_as_it_is -hidden-2 type");
    assert_eq!(named("SCREAMING-KEBAB-CASE"), "EMPLOYEE-ID kept_as_it_is -HIDDEN-2 TYPE");
}

#[test]
fn container_flags_and_cases_reject_other_values() {
    let cases = [
        (quote!(rename_all), "`rename_all` needs a value"),
        (quote!(rename_all = camelCase), "`rename_all` takes a string"),
        (quote!(rename_all = "CamelCase"), "`CamelCase` is not a case of names"),
        (quote!(rename_all = "camelCase", rename_all = "camelCase"), "`rename_all` is given twice"),
        (quote!(require_explicit = true), "`require_explicit` takes no value"),
        (quote!(debug()), "`debug` takes no value"),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_container(quote!(#[item(#options)])), [mistake], "{options}");
    }
}

#[test]
fn names_that_collide_after_rename_all_are_an_error() {
    let mistakes = mistakes(quote! {
        #[item(rename_all = "camelCase")]
        struct Employee {
            #[partition_key]
            employee_id: String,
            employee__id: String,
        }
    });
    assert_eq!(mistakes, ["the attribute name `employeeId` is taken by the field `employee_id`"]);
}

#[test]
fn explicit_actions_can_be_required() {
    let explicit = |fields: TokenStream| {
        mistakes(quote! {
            #[item(require_explicit)]
            struct Employee {
                #[partition_key]
                employee_id: String,
                #[sort_key]
                hired: u32,
                #[item(version)]
                version: u64,
                #[item(skip)]
                label: String,
                #fields
            }
        })
    };
    assert_eq!(
        explicit(quote!(salary: u64, #[item(rename = "n")] name: String)),
        ["`salary` has no explicit action", "`name` has no explicit action"]
    );
    assert!(explicit(quote!(#[encrypt] salary: u64, #[sign_only] a: u8, #[do_nothing] b: u8)).is_empty());
}

#[test]
fn set_excludes_other_storage_options() {
    let cases = [
        (quote!(#[item(set, bytes)]), "`set` and `bytes` exclude each other"),
        (quote!(#[item(with = m, set)]), "`with` and `set` exclude each other"),
        (quote!(#[item(skip, set)]), "`set` has no effect on a skipped field"),
        (quote!(#[item(version, set)]), "a version cannot have `set`"),
        (quote!(#[sign_only] #[item(ttl, set)]), "a time to live cannot have `set`"),
        (quote!(#[sort_key] #[item(set)]), "a key cannot be a set"),
        (quote!(#[item(set = true)]), "`set` takes no value"),
    ];
    for (attributes, mistake) in cases {
        assert_eq!(with_field(quote!(#attributes a: T)), [mistake], "{attributes}");
    }
    assert!(with_field(quote!(#[do_nothing] #[item(set, default, skip_if = f)] a: T)).is_empty());
}
