//! Beacons of prefixes, words, n-grams and buckets.

use proc_macro2::TokenStream;
use quote::quote;

use super::{mistakes, with_field};

/// Returns the errors of a beacon with these options on a text.
fn of_text(options: TokenStream) -> Vec<String> {
    with_field(quote!(#[item(beacon(bits = 8, #options))] a: String, #[item(beacon(bits = 8))] b: String))
}

/// Returns the errors of a beacon with these options of the struct.
fn of_struct(options: TokenStream) -> Vec<String> {
    mistakes(quote! {
        #[item(beacon(name = p, of = ssn, bits = 8, #options))]
        struct Person {
            #[partition_key]
            id: String,
            ssn: String,
        }
    })
}

#[test]
fn a_form_is_called_an_extension() {
    for (form, word) in [
        (quote!(words), "words"),
        (quote!(prefixes = 2..=6), "prefixes"),
        (quote!(ngrams = 3), "ngrams"),
        (quote!(buckets = 500), "buckets"),
    ] {
        assert_eq!(of_text(form.clone()), [format!("`{word}` needs `extension` beside it")]);
        assert_eq!(of_struct(form.clone()), [format!("`{word}` needs `extension` beside it")]);
        assert!(of_text(quote!(#form, extension)).is_empty(), "{form}");
        assert!(of_struct(quote!(extension, #form)).is_empty(), "{form}");
    }
}

#[test]
fn a_form_has_the_values_that_it_takes() {
    for (form, mistake) in [
        (quote!(words = 3), "`words` takes no value"),
        (quote!(ngrams), "`ngrams` needs a value"),
        (quote!(ngrams = "3"), "`ngrams` takes a whole number"),
        (quote!(ngrams = 1), "n-grams cannot have 1 characters"),
        (quote!(ngrams = 9), "n-grams cannot have 9 characters"),
        (quote!(buckets = 0), "a bucket of no numbers"),
        (quote!(buckets(500)), "`buckets` takes its value after `=`"),
        (quote!(prefixes(2..=6)), "`prefixes` takes its value after `=`"),
        (quote!(prefixes = 3), "`prefixes` takes the lengths of the shortest and of the longest prefix"),
        (quote!(prefixes = 2..6), "`prefixes` takes the lengths of the shortest and of the longest prefix"),
        (quote!(prefixes = 2..=), "`prefixes` takes the lengths of the shortest and of the longest prefix"),
        (quote!(prefixes = 0..=2), "a prefix of 0 characters"),
        (quote!(prefixes = 250..=256), "a prefix of 256 characters"),
        (quote!(prefixes = 6..=2), "the longest prefix has 2 characters, and the shortest 6"),
        (quote!(prefixes = 1..=26), "prefixes of 26 lengths"),
    ] {
        assert_eq!(of_text(quote!(extension, #form)), [mistake], "{form}");
    }
    for form in [
        quote!(ngrams = 2),
        quote!(ngrams = 8),
        quote!(buckets = 1),
        quote!(buckets = 18_446_744_073_709_551_615),
        quote!(prefixes = 3..=3),
        quote!(prefixes = 1..=25),
        quote!(prefixes = 231..=255),
    ] {
        assert!(of_text(quote!(extension, #form)).is_empty(), "{form}");
    }
}

#[test]
fn a_form_excludes_what_it_cannot_have() {
    for (options, mistake) in [
        (quote!(words, ngrams = 3), "`words` and `ngrams` exclude each other"),
        (quote!(buckets = 5, words), "`buckets` and `words` exclude each other"),
        (quote!(words, shared = b), "`words` and `shared` exclude each other"),
        (quote!(ngrams = 3, part_only), "`ngrams` and `part_only` exclude each other"),
        (quote!(buckets = 5, lowercase), "`buckets` and `lowercase` exclude each other"),
    ] {
        assert_eq!(of_text(quote!(extension, #options)), [mistake], "{options}");
    }
    for (options, mistake) in [
        (quote!(words, suffix = 4), "`words` and `suffix` exclude each other"),
        (quote!(prefixes = 1..=2, prefix = 4), "`prefixes` and `prefix` exclude each other"),
        (quote!(buckets = 5, suffix = 4), "`buckets` and `suffix` exclude each other"),
    ] {
        assert_eq!(of_struct(quote!(extension, #options)), [mistake], "{options}");
    }
    assert!(of_text(quote!(extension, words, lowercase)).is_empty());
    for (field, mistake) in [
        (quote!(#[item(set, beacon(bits = 8, words, extension))]), "the beacon of a set cannot have `words`"),
        (
            quote!(#[item(with = m, beacon(bits = 8, buckets = 5, extension))]),
            "`buckets` cannot be of what a module stores",
        ),
        (
            quote!(#[sign_only] #[item(beacon(bits = 8, words, extension))]),
            "`a` is not encrypted, so it needs no beacon",
        ),
    ] {
        assert_eq!(with_field(quote!(#field a: String)), [mistake], "{field}");
    }
    assert!(with_field(quote!(#[item(with = m, beacon(bits = 8, words, extension))] a: Name)).is_empty());
    assert!(with_field(quote!(#[item(number, beacon(bits = 8, buckets = 5, extension))] a: Decimal)).is_empty());
}

#[test]
fn a_form_is_neither_shared_nor_part_of_a_compound_nor_the_key_of_an_index() {
    for form in [quote!(words), quote!(prefixes = 2..=6), quote!(ngrams = 3), quote!(buckets = 5)] {
        assert_eq!(
            with_field(quote! {
                #[item(beacon(bits = 8, #form, extension))] a: String,
                #[item(beacon(bits = 8, shared = a))] b: String
            }),
            ["this beacon and `a` have different styles or transforms"],
            "{form}"
        );
        let person = |options: TokenStream| {
            mistakes(quote! {
                #[item(#options)]
                struct Person {
                    #[partition_key]
                    id: String,
                    #[sign_only]
                    team: String,
                    #[item(beacon(bits = 8, #form, extension))]
                    a: String,
                }
            })
        };
        assert_eq!(
            person(quote!(compound(name = both, split = '^', signed(team = "T-"), encrypted(a = "A-")))),
            ["`a` has no beacon of its whole value"],
            "{form}"
        );
        let index = person(quote!(index(name = "by-a", partition = a)));
        assert!(
            index.len() == 1
                && index[0].starts_with("the beacon `a` is")
                && index[0].ends_with("cannot be a key of an index"),
            "{index:?}"
        );
        // The other beacon of the value is one that AWS's clients can have.
        assert!(
            person(quote!(beacon(name = whole, of = a, bits = 8), index(name = "by-a", partition = whole))).is_empty()
        );
    }
}
