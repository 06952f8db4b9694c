//! `#[derive(EncryptedItem)]`.

/// Makes a struct a DynamoDB entity.
#[proc_macro_derive(EncryptedItem, attributes(partition_key, sort_key, encrypt, sign_only, do_nothing, item))]
pub fn derive_encrypted_item(_input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    proc_macro::TokenStream::new()
}
