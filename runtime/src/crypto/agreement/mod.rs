//! Elliptic-curve Diffie-Hellman on the NIST curves (NIST SP 800-56A, section 5.7.1.2).

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod pure_rust;

#[cfg(all(feature = "aws-lc", feature = "kms"))]
pub(crate) use aws_lc::public_key_der;
#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{AgreementKey, compress_public_key_der};
#[cfg(all(not(feature = "aws-lc"), feature = "kms"))]
pub(crate) use pure_rust::public_key_der;
#[cfg(not(feature = "aws-lc"))]
pub(crate) use pure_rust::{AgreementKey, compress_public_key_der};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::curve::Curve;

    #[test]
    fn both_sides_agree() {
        for curve in [Curve::P256, Curve::P384, Curve::P521] {
            let (one, other) = (AgreementKey::generate(curve).unwrap(), AgreementKey::generate(curve).unwrap());
            let (one_point, other_point) = (one.public_key().unwrap(), other.public_key().unwrap());
            let secret = one.agree(&other_point).unwrap();
            assert_eq!(secret.len(), curve.coordinate_length());
            assert_eq!(secret, other.agree(&one_point).unwrap());
            assert_ne!(secret, one.agree(&one_point).unwrap());
        }
    }

    #[test]
    fn only_compressed_points_on_the_curve_are_accepted() {
        let key = AgreementKey::generate(Curve::P256).unwrap();
        let point = key.public_key().unwrap();
        let mut off_the_curve = point.clone();
        // About half of all x coordinates have a point on the curve: changes x until there is none.
        while key.agree(&off_the_curve).is_some() {
            off_the_curve[32] ^= 1;
            off_the_curve[31] = off_the_curve[31].wrapping_add(1);
        }
        assert!(key.agree(&point[1..]).is_none());
        assert!(key.agree(&[&[4], &point[1..], &point[1..]].concat()).is_none());
        assert!(key.agree(&[0]).is_none(), "the point at infinity");
        assert!(key.agree(&AgreementKey::generate(Curve::P384).unwrap().public_key().unwrap()).is_none());
    }

    #[cfg(feature = "kms")]
    #[test]
    fn a_public_key_has_one_der_encoding() {
        for curve in [Curve::P256, Curve::P384, Curve::P521] {
            let point = AgreementKey::generate(curve).unwrap().public_key().unwrap();
            let der = public_key_der(curve, &point).unwrap();
            let uncompressed = &der[der.len() - 1 - 2 * curve.coordinate_length()..];
            assert_eq!((uncompressed[0], &uncompressed[1..point.len()]), (4, &point[1..]));
            assert_eq!(compress_public_key_der(curve, &der).unwrap(), point);
            assert!(public_key_der(curve, uncompressed).is_none() && public_key_der(curve, &point[1..]).is_none());
        }
    }
}
