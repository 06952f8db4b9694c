//! Doubles of AWS services, for tests that need no account. Never for production: keys live in memory, and nobody is
//! authenticated.

pub mod kms;
