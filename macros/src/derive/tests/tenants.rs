use quote::quote;

use super::{derive, errors, mistakes, with_field};

#[test]
fn a_tenant_determines_the_keyring_of_an_entity() {
    let expansion = |tenant: proc_macro2::TokenStream| {
        let expansion = derive(quote! {
            struct Order {
                #[partition_key]
                #tenant
                shop: String,
                card: String,
            }
        });
        expansion.to_string()
    };
    let with = expansion(quote!(#[item(tenant)]));
    assert!(with.contains("WithTenant < Self >") && with.contains("text_tenant") && !with.contains("DdbecEntity"));
    let without = expansion(quote!());
    assert!(without.contains("NoTenant") && !without.contains("TENANT") && without.contains("DdbecEntity"));
}

#[test]
fn a_tenant_is_a_key_or_in_the_encryption_context() {
    let legal = [
        quote!(#[partition_key] #[item(tenant)] a: String, b: u8),
        quote!(#[partition_key] a: String, #[sort_key] #[item(tenant)] b: String),
        quote!(#[partition_key] #[item(tenant, template = "T#{a}")] a: u32),
        quote!(#[partition_key] a: String, #[sign_and_include_in_encryption_context] #[item(tenant, rename = "t")] b: String),
    ];
    for fields in legal {
        assert_eq!(errors(quote!(struct Order { #fields })), Vec::<String>::new(), "{fields}");
    }
    let expected = "the tenant `shop` is not in the encryption context";
    for field in [
        quote!(#[item(tenant)] shop: String),
        quote!(#[encrypt] #[item(tenant)] shop: String),
        quote!(#[sign_only] #[item(tenant)] shop: String),
        quote!(#[do_nothing] #[item(tenant)] shop: String),
    ] {
        assert_eq!(with_field(field.clone()), [expected], "{field}");
    }
}

#[test]
fn a_tenant_is_a_single_string() {
    let included = quote!(#[sign_and_include_in_encryption_context]);
    assert_eq!(with_field(quote!(#included #[item(tenant, bytes)] shop: Vec<u8>)), ["a tenant cannot have `bytes`"]);
    assert_eq!(with_field(quote!(#included #[item(tenant, ttl)] shop: Expiry)), ["a tenant cannot have `ttl`"]);
    assert_eq!(with_field(quote!(#[item(tenant, skip)] shop: String)), ["`tenant` has no effect on a skipped field"]);
    assert_eq!(with_field(quote!(#included #[item(tenant = "x")] shop: String)), ["`tenant` takes no value"]);
    let two = quote! {
        struct Order {
            #[partition_key]
            #[item(tenant)]
            shop: String,
            #[sort_key]
            #[item(tenant)]
            till: String,
        }
    };
    assert_eq!(mistakes(two), ["a second `tenant`: `shop` is one already"]);
}
