//! The derive macro: arbitrary input below `#[derive(EncryptedItem)]` expands to Rust and never panics.
#![no_main]

use std::str::FromStr as _;

use dynaseal_fuzz::derive;
use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The parsers of the compiler and of `syn` recurse for each bracket, which is not fuzzed here.
const MAX_BRACKETS: usize = 64;

fuzz_target!(|source: &str| {
    if source.bytes().filter(|byte| b"([{<".contains(byte)).count() > MAX_BRACKETS {
        return;
    }
    let Ok(tokens) = TokenStream::from_str(source) else { return };
    // A file of the UI tests contains the struct among other items.
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => file.items.into_iter().for_each(|item| derive_of(item.into_token_stream())),
        Err(_) => derive_of(tokens),
    }
});

fn derive_of(tokens: TokenStream) {
    let expanded = derive(tokens);
    if let Err(error) = syn::parse2::<syn::File>(expanded.clone()) {
        panic!("the expansion is no Rust: {error}\n{expanded}");
    }
}
