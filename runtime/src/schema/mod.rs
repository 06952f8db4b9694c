//! The description of an entity's attributes: their actions, keys and indexes.

pub(crate) mod action;
pub(crate) mod assert_actions;
pub mod beacon;
pub(crate) mod ddbec_entity;
pub(crate) mod derived;
pub(crate) mod entity;
pub(crate) mod expiry;
pub(crate) mod group;
pub(crate) mod group_checks;
pub(crate) mod group_key;
pub mod index;
pub(crate) mod tenant;
pub(crate) mod timestamp;
pub(crate) mod versioned_key;
