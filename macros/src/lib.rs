//! `#[derive(EncryptedItem)]`.

mod ast;
mod attr;
mod check;
mod ctxt;
mod derive;
mod expand;
mod model;
mod names;

/// Makes a struct a DynamoDB entity.
#[proc_macro_derive(EncryptedItem, attributes(partition_key, sort_key, encrypt, sign_only, do_nothing, item))]
pub fn derive_encrypted_item(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::derive(input.into()).into()
}
