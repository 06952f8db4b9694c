//! ECDSA on the NIST curves, with signatures in DER.

#[cfg(feature = "aws-lc")]
#[path = "ecdsa/aws_lc.rs"]
mod backend;
#[cfg(not(feature = "aws-lc"))]
#[path = "ecdsa/pure_rust.rs"]
mod backend;

pub(crate) use backend::{EcdsaPrivateKey, EcdsaPublicKey};
