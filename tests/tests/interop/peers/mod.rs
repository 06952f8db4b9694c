//! The Python and the Java client read what dynaseal wrote, and the reverse.

mod clients;
mod damage;
mod dialects;
mod failures;
mod forgery;
mod matrix;
mod services;
mod tables;
