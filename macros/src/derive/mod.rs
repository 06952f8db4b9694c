//! The expansion of `#[derive(EncryptedItem)]`.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ast::Container;
use crate::check::check;
use crate::ctxt::Ctxt;
use crate::expand;
use crate::model::{Compound, Entity, Frame, Handle, Index, Key, SearchHandle};

/// Returns the implementation, or the errors with a stub that prevents further ones.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let ctxt = Ctxt::new();
    let container = Container::parse(&ctxt, input);
    check(&ctxt, &container);
    let frame = Frame::new(&container);
    match (ctxt.into_errors(), Key::new(&container)) {
        (errors, Some(key)) if errors.is_empty() => expand::entity(&Entity::new(frame, key, &container)),
        (errors, key) => {
            let (handles, search_handles) = (Handle::all(&container), SearchHandle::all(&container));
            let compounds = Compound::all(&container);
            let indexes = Index::all(&container);
            expand::stub(&frame, key.as_ref(), &handles, &search_handles, &compounds, &indexes, &errors)
        }
    }
}

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
