//! The protections of attributes, as types.

use std::marker::PhantomData;

/// The protection of a key attribute: signed, readable, never changed.
#[derive(Debug)]
pub enum Key {}

/// The protection of `#[encrypt]`.
#[derive(Debug)]
pub enum Encrypted {}

/// The protection of `#[sign_only]`.
#[derive(Debug)]
pub enum SignOnly {}

/// The protection of `#[do_nothing]`.
#[derive(Debug)]
pub enum DoNothing {}

/// The protection `P` of a field with `#[item(with = ..)]`, whose stored form only the module knows.
#[derive(Debug)]
pub struct WithModule<P>(PhantomData<P>);

/// The protection `P` of a field with `#[item(set)]`.
#[derive(Debug)]
pub struct InSet<P>(PhantomData<P>);

/// The protection `P` of a field with a value for an absent attribute, for example one with `default`.
#[derive(Debug)]
pub struct Defaulted<P>(PhantomData<P>);

/// The protection `P` of a field with `#[item(number)]`, which is stored as a number regardless of its type.
#[derive(Debug)]
pub struct AsNumber<P>(PhantomData<P>);
