//! The Python and the Java client read what dynaseal wrote, and the reverse.

mod clients;
mod damage;
mod dbesdk;
mod dialects;
mod failures;
mod forgery;
mod key_store;
mod matrix;
mod services;
mod tables;
