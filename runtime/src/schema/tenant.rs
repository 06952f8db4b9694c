//! Entities with a key for each tenant.

use std::marker::PhantomData;

use crate::item::Item;
use crate::item::key::KeyType;

/// Whether the items of an entity are encrypted with a key of their tenant: [`NoTenant`], or [`WithTenant`] for a
/// struct with `#[item(tenant)]`, for which [`.keyring(..)`](crate::repository::RepositoryBuilder::keyring) accepts
/// only a `HierarchicalKeyring`.
///
/// `#[derive(EncryptedItem)]` implements it. Functions that are generic over entities and accept any keyring use it as
/// a bound: `T: EncryptedItem + Tenancy<Kind = NoTenant>`.
#[diagnostic::on_unimplemented(
    message = "it is not known whether `{Self}` has a tenant",
    label = "needs a bound",
    note = "a function that is generic over entities needs the bound `T: dynaseal::Tenancy<Kind = dynaseal::NoTenant>`"
)]
pub trait Tenancy {
    /// [`NoTenant`] or [`WithTenant`].
    type Kind;
}

/// The [`Tenancy`] of an entity without a tenant, which accepts every keyring.
pub enum NoTenant {}

/// The [`Tenancy`] of an entity with `#[item(tenant)]`.
pub struct WithTenant<T>(PhantomData<fn() -> T>);

/// An [`EncryptedTable`](crate::EncryptedTable), whose keyring chooses the branch key.
#[diagnostic::do_not_recommend]
impl Tenancy for Item {
    type Kind = NoTenant;
}

/// The name of a tenant's attribute, whose key has this type.
///
/// # Panics
/// Fails to compile if a key of this type is not a string.
#[doc(hidden)]
pub const fn text_tenant(name: &'static str, key_type: KeyType) -> Option<&'static str> {
    assert!(
        matches!(key_type, KeyType::String),
        "a tenant is a string: give the field with `#[item(tenant)]` a type that is stored as one, or a `template`"
    );
    Some(name)
}
