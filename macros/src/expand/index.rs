//! The ways into an entity's table.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::codec::{self, place};
use super::option;
use crate::model::{Key, KeyField};

/// The values of the partition key and of the sort key.
pub(super) fn primary_types(runtime: &TokenStream, key: Option<&Key>) -> (TokenStream, TokenStream) {
    let partition = key.map_or_else(|| quote!(()), |key| key.partition.ty.to_token_stream());
    let sort = key.and_then(|key| key.sort.as_ref());
    let sort = sort.map_or_else(|| quote!(#runtime::index::NoSortKey), |sort| sort.ty.to_token_stream());
    (partition, sort)
}

/// The function that makes the primary index.
pub(super) fn primary(runtime: &TokenStream, key: &Key) -> TokenStream {
    let partition_key = index_key(runtime, &key.partition);
    let sort_key = option(key.sort.as_ref().map(|sort| index_key(runtime, sort)));
    quote! {
        fn primary_index() -> #runtime::Index<Self, Self::PartitionKey, Self::SortKey> {
            #runtime::Index::__new(::core::option::Option::None, #partition_key, #sort_key)
        }
    }
}

fn index_key(runtime: &TokenStream, KeyField { ty, name, .. }: &KeyField) -> TokenStream {
    let key_attribute = codec::key_attribute(runtime, ty);
    let encode = quote_spanned!(place(ty)=> #key_attribute::encode);
    quote!(#runtime::index::IndexKey::__new(#name, #encode))
}
