//! For any input, the expansion is valid Rust: an implementation, or errors.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use quote::quote;

use super::derive;

/// Words that the derive knows, and other words.
const WORDS: &[&str] = &[
    "item",
    "partition_key",
    "sort_key",
    "encrypt",
    "sign_only",
    "do_nothing",
    "sign_and_include_in_encryption_context",
    "unsigned_prefix",
    "rename",
    "rename_all",
    "alias",
    "default",
    "skip",
    "skip_if",
    "with",
    "bytes",
    "set",
    "template",
    "ttl",
    "version",
    "created_at",
    "updated_at",
    "logical_table_name",
    "index",
    "name",
    "partition",
    "sort",
    "projection",
    "local",
    "entity",
    "attribute",
    "other",
    "action",
    "unknown",
    "reject",
    "beacon",
    "bits",
    "compound",
    "split",
    "signed",
    "encrypted",
    "constructor",
    "optional",
    "of",
    "shared",
    "suffix",
    "lowercase",
    "part_only",
    "partitions",
    "extension",
    "prefixes",
    "words",
    "ngrams",
    "buckets",
    "require_explicit",
    "debug",
    "crate",
    "struct",
    "enum",
    "union",
    "pub",
    "where",
    "impl",
    "dyn",
    "fn",
    "for",
    "const",
    "r#type",
    "Self",
    "self",
    "super",
    "String",
    "Option",
    "Vec",
    "u8",
    "f64",
    "true",
    "doc",
    "cfg",
    "derive",
    "a",
    "b",
    "_",
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "*amzn-ddb-map-sig*",
    "aws:rep:x",
    "aws_dbe_x",
    "YEAR#{a:04}",
    "{a}{b}",
    "{",
    "}}",
    "{a:}",
    "{:0}",
    "{a:99999999999}",
    "\u{0}é",
];

const PUNCTUATION: &[char] =
    &['#', '!', ',', ';', ':', '=', '<', '>', '.', '&', '*', '?', '\'', '-', '|', '+', '$', '@', '~'];

fn word() -> impl Strategy<Value = TokenTree> {
    select(WORDS).prop_map(|word| match word.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
        None => Ident::new(word, Span::call_site()).into(),
    })
}

fn token() -> impl Strategy<Value = TokenTree> {
    prop_oneof![
        4 => word(),
        3 => select(PUNCTUATION).prop_map(|sign| {
            // A single quote alone is not a token.
            let spacing = if sign == '\'' { Spacing::Joint } else { Spacing::Alone };
            Punct::new(sign, spacing).into()
        }),
        2 => select(TEXTS).prop_map(|text| Literal::string(text).into()),
        1 => any::<u64>().prop_map(|number| Literal::u64_unsuffixed(number).into()),
        1 => any::<Vec<u8>>().prop_map(|bytes| Literal::byte_string(&bytes).into()),
    ]
}

/// Any tokens, nested a few levels deep.
fn tokens() -> impl Strategy<Value = TokenStream> {
    let leaves = vec(token(), 0..8).prop_map(TokenStream::from_iter);
    leaves.prop_recursive(3, 40, 6, |inner| {
        let delimiter = select(vec![Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None]);
        let group = (delimiter, inner).prop_map(|(delimiter, tokens)| Group::new(delimiter, tokens).into());
        vec(prop_oneof![token(), group], 0..8).prop_map(TokenStream::from_iter)
    })
}

/// Options that are nearly right.
fn options() -> impl Strategy<Value = TokenStream> {
    let value = prop_oneof![tokens(), select(TEXTS).prop_map(|text| quote!(#text))];
    let option = (word(), any::<bool>(), value)
        .prop_map(|(name, is_list, value)| if is_list { quote!(#name(#value)) } else { quote!(#name = #value) });
    let option = prop_oneof![word().prop_map(|word| quote!(#word)), option];
    vec(option, 0..4).prop_map(|options| quote!(#(#options),*))
}

fn field() -> impl Strategy<Value = TokenStream> {
    let types =
        select(vec![quote!(String), quote!(u32), quote!(Vec<u8>), quote!(Option<T>), quote!([T; N]), quote!(!)]);
    let attributes =
        vec(prop_oneof![word().prop_map(|word| quote!(#word)), options().prop_map(|list| quote!(item(#list)))], 0..3);
    (attributes, select(&["a", "b", "self_", "item"][..]), types).prop_map(|(attributes, name, ty)| {
        let name = Ident::new(name, Span::call_site());
        quote!(#(#[#attributes])* #name: #ty)
    })
}

fn answer(input: TokenStream) -> Result<(), TestCaseError> {
    let output = derive(input.clone());
    prop_assert!(syn::parse2::<syn::File>(output.clone()).is_ok(), "{}\nbecame\n{}", input, output);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_tokens_never_panic(input in tokens()) {
        answer(input)?;
    }

    #[test]
    fn arbitrary_options_never_panic(container in options(), fields in vec(field(), 0..5), generics in any::<bool>()) {
        let generics = if generics { quote!(<T, const N: usize>) } else { quote!() };
        answer(quote!(#[item(#container)] struct Entity #generics { #[partition_key] key: String, #(#fields),* }))?;
    }
}
