use quote::quote;

use super::{derive, errors, mistakes, with_container, with_field};

const IMPLEMENTED: &str = "DdbecEntity for Invoice";

#[test]
fn the_keys_join_the_fields_in_the_encryption_context() {
    let actions = |field: proc_macro2::TokenStream| {
        let expansion = derive(quote! {
            struct Invoice {
                #[partition_key]
                id: String,
                #[sort_key]
                #[sign_only]
                year: u32,
                #field
                customer: String,
            }
        });
        let expansion = expansion.to_string();
        (expansion.matches("SignAndIncludeInEncryptionContext").count(), expansion.contains(IMPLEMENTED))
    };
    assert_eq!(actions(quote!(#[sign_only])), (0, true));
    // The key of two attributes, and the field.
    assert_eq!(actions(quote!(#[sign_and_include_in_encryption_context])), (3, false));
}

#[test]
fn a_key_alone_can_be_in_the_encryption_context() {
    let expansion = derive(quote! {
        struct Invoice {
            #[partition_key]
            #[sign_and_include_in_encryption_context]
            id: String,
        }
    });
    assert!(!expansion.to_string().contains(IMPLEMENTED));
}

#[test]
fn optional_fields_are_rejected_in_the_encryption_context() {
    let word = quote!(sign_and_include_in_encryption_context);
    let cases = [
        (
            quote!(#[#word] #[item(default, skip_if = String::is_empty)] customer: String),
            "`customer` cannot have `skip_if`: it is in the encryption context",
        ),
        (
            quote!(#[#word] #[item(set)] customer: BTreeSet<String>),
            "`customer` cannot have `set`: it is in the encryption context",
        ),
        (quote!(#[#word] #[item(version)] customer: u64), "a version cannot be in the encryption context"),
        (
            quote!(#[#word] #[item(skip)] customer: u64),
            "`#[sign_and_include_in_encryption_context]` has no effect on a skipped field",
        ),
        (
            quote!(#[#word] #[sign_only] customer: u64),
            "`customer` is already `#[sign_and_include_in_encryption_context]`",
        ),
    ];
    for (field, mistake) in cases {
        assert_eq!(with_field(field.clone()), [mistake], "{field}");
    }
    for options in [quote!(other("customer", action = #word)), quote!(unknown = #word)] {
        let expected = "`sign_and_include_in_encryption_context` is for fields";
        assert_eq!(with_container(quote!(#[item(#options)])), [expected], "{options}");
    }
}

#[test]
fn reserved_names_are_rejected_everywhere() {
    for (name, prefix) in [("aws_dbe_head", "aws_dbe_"), ("aws_dbe_", "aws_dbe_"), ("aws-crypto-x", "aws-crypto-")] {
        let expected = format!("names that begin with `{prefix}` are reserved");
        assert_eq!(with_field(quote!(#[do_nothing] #[item(rename = #name)] x: u8)), std::slice::from_ref(&expected));
        assert_eq!(with_container(quote!(#[item(other(#name, action = do_nothing))])), std::slice::from_ref(&expected));
        assert_eq!(with_container(quote!(#[item(entity(value = "x", attribute = #name))])), [expected]);
    }
    assert_eq!(with_field(quote!(#[item(rename = "aws_db")] x: u8)), Vec::<String>::new());
}

#[test]
fn signed_attributes_with_the_unsigned_prefix_are_rejected() {
    let mistakes = mistakes(quote! {
        #[item(unsigned_prefix = "id", other("id2", action = sign_only), other("id3", action = do_nothing))]
        #[item(entity(value = "invoice", attribute = "identity"))]
        struct Invoice {
            #[partition_key]
            id: String,
            #[do_nothing]
            ideas: u8,
            #[sign_only]
            #[item(rename = "idle")]
            total: u64,
            name: String,
        }
    });
    let said = |name: &str| format!("`{name}` is signed, and its name begins with `id`");
    assert_eq!(mistakes, ["id", "idle", "identity", "id2"].map(said));
    assert_eq!(with_container(quote!(#[item(unsigned_prefix = "")])), ["`unsigned_prefix` cannot be empty"]);
    assert_eq!(with_container(quote!(#[item(unsigned_prefix)])), ["`unsigned_prefix` needs a value"]);
    let legal = quote! {
        #[item(unsigned_prefix = ":")]
        struct Invoice {
            #[partition_key]
            id: String,
            #[do_nothing]
            #[item(rename = ":views")]
            views: u8,
        }
    };
    assert_eq!(errors(legal), Vec::<String>::new());
}
