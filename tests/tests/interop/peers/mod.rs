//! Live exchanges with the Python and the Java client in both directions.

mod beacons;
mod clients;
mod damage;
mod dbesdk;
mod dialects;
mod failures;
mod forgery;
mod generations;
mod key_store;
mod matrix;
mod services;
mod tables;
