#![no_implicit_prelude]

// Names of the prelude with another meaning here.
#[allow(dead_code)]
mod shadows {
    pub struct Option;
    pub struct Result;
    pub struct Vec;
    pub trait Into {}
    pub trait From {}
    pub trait Clone {}
    pub trait Default {}
    pub trait Send {}
    pub trait Sync {}
}
#[allow(unused_imports)]
use shadows::*;

#[derive(::dynaseal::EncryptedItem)]
#[item(logical_table_name = "employees", unknown = reject)]
struct Employee<T> {
    #[partition_key]
    employee_id: ::std::string::String,
    #[sort_key]
    hired: u32,
    #[encrypt]
    #[item(default, skip_if = ::std::string::String::is_empty)]
    name: ::std::string::String,
    #[sign_only]
    #[item(bytes)]
    photo: ::std::option::Option<::std::vec::Vec<u8>>,
    #[do_nothing]
    #[item(bytes)]
    icon: ::std::vec::Vec<u8>,
    #[item(version)]
    version: u64,
    #[item(created_at)]
    created: u64,
    #[item(updated_at)]
    updated: ::std::option::Option<u64>,
    #[item(skip)]
    cached: T,
}

fn main() {
    let _ = <EmployeeKey as ::std::convert::From<_>>::from(("e-1", 2020));
}
