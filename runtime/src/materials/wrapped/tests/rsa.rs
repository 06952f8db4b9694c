//! Content keys wrapped by RSA.

use crate::materials::tests::keys::{known_answer, test_key};
use crate::materials::{RsaSignatureAlgorithm, RsaSigningKey, RsaWrapAlgorithm, RsaWrappingKey};

use super::*;

use RsaWrapAlgorithm::{OaepSha1, OaepSha224, OaepSha256, OaepSha384, OaepSha512, Pkcs1V15};

const ALL: [(RsaWrapAlgorithm, &str); 6] = [
    (OaepSha1, "RSA/ECB/OAEPWithSHA-1AndMGF1Padding"),
    (OaepSha224, "RSA/ECB/OAEPWithSHA-224AndMGF1Padding"),
    (OaepSha256, "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"),
    (OaepSha384, "RSA/ECB/OAEPWithSHA-384AndMGF1Padding"),
    (OaepSha512, "RSA/ECB/OAEPWithSHA-512AndMGF1Padding"),
    (Pkcs1V15, "RSA/ECB/PKCS1Padding"),
];

fn private(algorithm: RsaWrapAlgorithm) -> RsaWrappingKey {
    RsaWrappingKey::from_pkcs8_pem(algorithm, test_key!("rsa2048.pem")).unwrap()
}

fn public(algorithm: RsaWrapAlgorithm) -> RsaWrappingKey {
    RsaWrappingKey::from_public_key_pem(algorithm, test_key!("rsa2048.public.pem")).unwrap()
}

fn provider(algorithm: RsaWrapAlgorithm) -> WrappedProvider {
    WrappedProvider::new(private(algorithm), hmac_key())
}

#[tokio::test]
async fn the_private_key_reads_items_of_the_public_key() {
    for (algorithm, name) in ALL {
        let writer = WrappedProvider::new(public(algorithm), hmac_key());
        let stored = write(&writer).await.unwrap();
        assert_eq!(description_of(&stored).entry(WRAP_ALGORITHM), Some(name));
        assert_eq!(read(&provider(algorithm), &stored).await.unwrap(), item());

        let error = read(&writer, &stored).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("only encrypts"), "{error}");
        // Wrapping with a local public key, unwrapping elsewhere.
        assert_eq!(read(&writer.also_unwrap_with(private(algorithm)), &stored).await.unwrap(), item());
    }
}

#[tokio::test]
async fn content_keys_wrapped_by_openssl_are_unwrapped() {
    let expected: Vec<u8> = (0..32).collect();
    for (algorithm, name) in ALL {
        let unwrapped = private(algorithm).unwrap(&known_answer("wrapped_keys", name)).await.unwrap();
        assert_eq!(unwrapped.unwrap().as_bytes(), expected, "{name}");
    }
    for (algorithm, name) in [ALL[1], ALL[2], ALL[3], ALL[4]] {
        let wrapped = known_answer("wrapped_keys_with_mgf1_of_the_same_hash", name);
        assert!(private(algorithm).unwrap(&wrapped).await.unwrap().is_none(), "{name}");
        let lenient = private(algorithm).accept_mgf1_of_same_hash();
        assert_eq!(lenient.unwrap(&wrapped).await.unwrap().unwrap().as_bytes(), expected, "{name}");
        let usual = known_answer("wrapped_keys", name);
        assert_eq!(lenient.unwrap(&usual).await.unwrap().unwrap().as_bytes(), expected, "{name}");
    }
}

/// Java accepts these names as aliases, so programs are configured with them and their items record them.
#[tokio::test]
async fn other_names_of_the_same_algorithm_are_accepted_and_bound_to_the_key() {
    for (algorithm, names) in [
        (OaepSha1, ["RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWithSHA1AndMGF1Padding"]),
        (OaepSha224, ["RSA/ECB/OAEPWithSHA224AndMGF1Padding", "rsa/none/oaepwithsha-224andmgf1padding"]),
        (OaepSha256, ["RSA/ECB/OAEPWITHSHA-256ANDMGF1PADDING", "RSA/None/OAEPWithSHA256AndMGF1Padding"]),
        (Pkcs1V15, ["RSA", "RSA/NONE/PKCS1Padding"]),
    ] {
        let stored = write(&provider(algorithm)).await.unwrap();
        for name in names {
            let stored = described(&stored, &[(WRAP_ALGORITHM, Some(name))]);
            assert_eq!(read(&provider(algorithm), &stored).await.unwrap(), item(), "{name}");
            let other = if algorithm == OaepSha512 { OaepSha384 } else { OaepSha512 };
            assert_eq!(read(&provider(other), &stored).await.unwrap_err().kind(), ErrorKind::Materials, "{name}");
        }
    }
}

/// Items of old Java clients do not record how their key is wrapped, which means PKCS#1 v1.5.
#[tokio::test]
async fn only_pkcs1_may_be_implicit() {
    let stored = write(&provider(Pkcs1V15)).await.unwrap();
    for said in [None, Some("RSA"), Some("rsa/ecb/pkcs1padding")] {
        let stored = described(&stored, &[(WRAP_ALGORITHM, said)]);
        assert_eq!(read(&provider(Pkcs1V15), &stored).await.unwrap(), item());
        let error = read(&provider(OaepSha256), &stored).await.unwrap_err();
        let expected = if said.is_some() { ErrorKind::Materials } else { ErrorKind::Integrity };
        assert_eq!(error.kind(), expected, "{said:?}");
        let both = provider(OaepSha256).also_unwrap_with(private(Pkcs1V15));
        assert_eq!(read(&both, &stored).await.unwrap(), item());
    }
}

#[tokio::test]
async fn the_item_never_chooses_the_algorithm() {
    for (algorithm, name) in ALL {
        let stored = write(&provider(algorithm)).await.unwrap();
        for (other, other_name) in ALL.into_iter().filter(|(other, _)| *other != algorithm) {
            let error = read(&provider(other), &stored).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Materials);
            assert!(error.to_string().contains(other_name), "{error}");
            // An item with a false algorithm fails like any other damaged item.
            let lying = described(&stored, &[(WRAP_ALGORITHM, Some(other_name))]);
            assert_eq!(read(&provider(other), &lying).await.unwrap_err().kind(), ErrorKind::Integrity, "{name}");
        }
    }
}

#[tokio::test]
async fn a_damaged_wrapped_key_is_rejected() {
    for (algorithm, name) in ALL {
        let stored = write(&provider(algorithm)).await.unwrap();
        let wrapped = BASE64.decode(description_of(&stored).entry(WRAPPED_KEY).unwrap()).unwrap();
        let mut damaged =
            vec![vec![], vec![0; 256], vec![255; 256], wrapped[1..].to_vec(), [&wrapped[..], &[0]].concat()];
        damaged.extend((0..wrapped.len()).step_by(85).map(|i| {
            let mut damaged = wrapped.clone();
            damaged[i] ^= 1;
            damaged
        }));
        for wrapped in damaged {
            let stored = described(&stored, &[(WRAPPED_KEY, Some(&BASE64.encode(wrapped)))]);
            assert_eq!(read(&provider(algorithm), &stored).await.unwrap_err().kind(), ErrorKind::Integrity, "{name}");
        }
    }
}

/// A client that only writes has no private wrapping key; a client that only reads has no private signing key.
#[tokio::test]
async fn writing_and_reading_can_be_separated() {
    let sign = RsaSigningKey::from_pkcs8_pem(RsaSignatureAlgorithm::Sha256, test_key!("rsa2048.pem")).unwrap();
    let verify =
        RsaSigningKey::from_public_key_pem(RsaSignatureAlgorithm::Sha256, test_key!("rsa2048.public.pem")).unwrap();
    let writer = WrappedProvider::new(public(OaepSha256), sign);
    let reader = WrappedProvider::new(private(OaepSha256), verify);
    let stored = write(&writer).await.unwrap();
    assert_eq!(read(&reader, &stored).await.unwrap(), item());
    assert_eq!(read(&writer, &stored).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(write(&reader).await.unwrap_err().kind(), ErrorKind::Materials);
}

#[test]
fn the_debug_output_of_keys_is_redacted() {
    assert_eq!(
        format!("{:?}", private(OaepSha256)),
        "RsaWrappingKey { algorithm: OaepSha256, accept_mgf1_of_same_hash: false, key: private, 2048 bits }"
    );
    let error = RsaWrappingKey::from_pkcs8_pem(OaepSha256, test_key!("rsa2048.public.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
}

/// The Java repository's own `wrapped-rsa-rsa-1` of its test vectors: the wrapped key is in lines of 76 characters, each with
/// CR and LF at its end, the last one as well, and no entry names the algorithm that wrapped it, which is PKCS#1 v1.5 then.
#[tokio::test]
async fn a_wrapped_key_with_line_breaks_is_read_without_an_algorithm_name() {
    let provider = provider(Pkcs1V15);
    let stored = write(&provider).await.unwrap();
    let wrapped = description_of(&stored).entry(WRAPPED_KEY).unwrap().to_owned();
    let lines: Vec<&str> = wrapped.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let published = described(&stored, &[(WRAPPED_KEY, Some(&lines)), (WRAP_ALGORITHM, None)]);
    assert_eq!(read(&provider, &published).await.unwrap(), item());
}
