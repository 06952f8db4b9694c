//! ECDSA on the NIST curves, with signatures in DER.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod pure_rust;

#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{EcdsaPrivateKey, EcdsaPublicKey};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use pure_rust::{EcdsaPrivateKey, EcdsaPublicKey};
