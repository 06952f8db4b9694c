use quote::quote;

use super::with_field;

#[test]
fn a_time_to_live_must_be_an_unencrypted_number() {
    let cases = [
        (quote!(#[item(ttl)]), "a time to live cannot be encrypted"),
        (quote!(#[encrypt] #[item(ttl)]), "a time to live cannot be encrypted"),
        (quote!(#[sign_only] #[item(ttl, with = m)]), "a time to live cannot have `with`"),
        (quote!(#[do_nothing] #[item(bytes, ttl)]), "a time to live cannot have `bytes`"),
        (quote!(#[item(skip, ttl)]), "`ttl` has no effect on a skipped field"),
        (quote!(#[item(version, ttl)]), "a version cannot have `ttl`"),
        (quote!(#[do_nothing] #[item(ttl = 5)]), "`ttl` takes no value"),
    ];
    for (attributes, mistake) in cases {
        assert_eq!(with_field(quote!(#attributes a: u64)), [mistake], "{attributes}");
    }
    for action in [quote!(#[sign_only]), quote!(#[do_nothing]), quote!(#[sort_key])] {
        assert!(with_field(quote!(#action #[item(ttl)] a: u64)).is_empty());
    }
}

#[test]
fn an_entity_has_at_most_one_time_to_live() {
    assert_eq!(
        with_field(quote!(#[sign_only] #[item(ttl)] a: u64, #[sign_only] #[item(ttl)] b: u64)),
        ["a second `ttl`: `a` is one already"]
    );
}
