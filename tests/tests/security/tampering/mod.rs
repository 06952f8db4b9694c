//! An attacker who can write to the table, or who has other keys, gets a typed error: never a changed value, a panic,
//! or a hint.

mod actions;
mod attributes;
mod bits;
mod description;
mod dialects;
mod exhaustive;
mod keys;
mod known_attack;
mod steps;
mod target;
mod values;
