//! Keyrings of RSA and elliptic-curve keys in AWS KMS, with the KMS double.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::EncryptionAlgorithmSpec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::format::Dbesdk;
use dynaseal::keyrings::{
    AlgorithmSuite, EcdhCurve, EcdhPrivateKey, EncryptedDataKey, EncryptionContext, IntermediateKey, Keyring,
    KeyringFuture, KmsEcdhKeyring, KmsKeyring, KmsRsaAlgorithm, KmsRsaKeyring, MultiKeyring, RawEcdhKeyring,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{ErrorKind, Item, ItemEncryptor};
use dynaseal_tests::values::s as text;

use super::kms_keyrings::{HERE, THERE, actions, call, calls, context, names, order, read, rejection, suite, write};

const PRIVATE_KEY: &str = include_str!("../../../runtime/test-keys/rsa2048.pem");
const PUBLIC_KEY: &str = include_str!("../../../runtime/test-keys/rsa2048.public.pem");
const ALGORITHMS: [KmsRsaAlgorithm; 2] = [KmsRsaAlgorithm::OaepSha1, KmsRsaAlgorithm::OaepSha256];

fn kms_with_rsa_key() -> (Kms, String) {
    let kms = Kms::new();
    let body: String = PRIVATE_KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let key = kms.import_rsa_key(HERE, "rsa-1", &BASE64.decode(body).unwrap()).unwrap();
    (kms, key)
}

fn rsa(kms: &Kms, key: &str, algorithm: KmsRsaAlgorithm) -> KmsRsaKeyring {
    KmsRsaKeyring::from_public_key_pem(kms.client(HERE), key, algorithm, PUBLIC_KEY).unwrap()
}

#[tokio::test]
async fn an_rsa_key_writes_without_a_call_and_reads_with_one() {
    let (kms, key) = kms_with_rsa_key();
    for algorithm in ALGORITHMS {
        let keyring = rsa(&kms, &key, algorithm);
        let stored = write(keyring.clone()).await.unwrap();
        assert_eq!((calls(&kms), names(&stored)), (Vec::new(), vec![key.clone()]));
        assert_eq!(suite(&stored), AlgorithmSuite::Symmetric);
        assert_eq!(read(keyring.clone(), &stored).await.unwrap(), order());
        assert!(kms.calls()[0].encryption_context.is_empty(), "RSA has none");
        assert_eq!(calls(&kms), [call("Decrypt", HERE, &key)]);

        let mut moved = stored.clone();
        moved.insert("id".to_owned(), text("o-2"));
        assert_eq!(rejection(keyring.clone(), &moved).await.kind(), ErrorKind::Integrity, "another primary key");
        let other = ALGORITHMS.into_iter().find(|other| *other != algorithm).unwrap();
        assert_eq!(rejection(rsa(&kms, &key, other), &stored).await.kind(), ErrorKind::Integrity, "another padding");
        calls(&kms);
        let another = rsa(&kms, &key.replace("rsa-1", "rsa-2"), algorithm);
        assert_eq!(rejection(another, &stored).await.kind(), ErrorKind::Materials);
        assert_eq!(calls(&kms), []);
    }
}

#[tokio::test]
async fn an_rsa_key_is_named_by_its_arn_and_has_2048_bits() {
    let (kms, key) = kms_with_rsa_key();
    let new = |key: &str, public_key: &str| {
        let keyring =
            KmsRsaKeyring::from_public_key_pem(kms.client(HERE), key, KmsRsaAlgorithm::OaepSha256, public_key);
        keyring.map(drop).map_err(|error| error.kind())
    };
    for name in ["alias/rsa", "rsa-1", "", &key.replace(":key/", ":alias/")] {
        assert_eq!(new(name, PUBLIC_KEY), Err(ErrorKind::Usage), "{name}");
    }
    let curve = include_str!("../../../runtime/test-keys/p256.public.pem");
    for public_key in [PRIVATE_KEY, curve, "", RSA_OF_1024_BITS] {
        assert_eq!(new(&key, public_key), Err(ErrorKind::Materials), "{public_key}");
    }
    assert_eq!(new(&key, PUBLIC_KEY), Ok(()));
}

/// From `openssl genrsa 1024`. Nothing is encrypted with it.
const RSA_OF_1024_BITS: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDDCsrGqRActoMcqC5J8d9urO2I
poI/QHljvaQwqus1tWPR85qJkhJl4lx0EJtfUcKpm1glCE/6S/Q0m55rw8lhURxq
zIds/01xDYLr9vkrAz/ZKaRDwSiF/MjmVMG7VIPu2wcePZXHeek51rH0MahDzpLU
oKbVS0+RTHlO4e3D2wIDAQAB
-----END PUBLIC KEY-----
";

/// A custom keyring that wraps data keys regardless of the algorithm suite.
#[derive(Debug)]
struct WithoutTheRule(KmsRsaKeyring);

impl Keyring for WithoutTheRule {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        self.0.wrap(context, AlgorithmSuite::Symmetric)
    }

    dynaseal_tests::read_as!(0);
}

#[tokio::test]
async fn digital_signatures_are_rejected_with_an_rsa_key() {
    let (kms, key) = kms_with_rsa_key();
    let keyring = rsa(&kms, &key, KmsRsaAlgorithm::OaepSha256);
    let signed = async |keyring: MultiKeyring| {
        let encryptor = ItemEncryptor::new(Dbesdk::new(keyring).digital_signature(true));
        encryptor.encrypt(order(), &actions(), &context()).await
    };
    let error = signed(MultiKeyring::new(keyring.clone())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let beside = || KmsKeyring::new(kms.client(HERE), kms.create_key(HERE));
    assert_eq!(signed(MultiKeyring::new(beside()).child(keyring.clone())).await.unwrap_err().kind(), ErrorKind::Usage);
    let stored = write(MultiKeyring::new(beside()).child(keyring.clone())).await.unwrap();
    assert_eq!(suite(&stored), AlgorithmSuite::Symmetric);

    let stored = signed(MultiKeyring::new(WithoutTheRule(keyring.clone()))).await.unwrap();
    calls(&kms);
    assert_eq!(rejection(keyring, &stored).await.kind(), ErrorKind::Materials);
    assert_eq!(calls(&kms), []);
}

#[tokio::test]
async fn responses_about_a_key_pair_are_checked() {
    let (kms, key) = kms_with_rsa_key();
    let rsa = rsa(&kms, &key, KmsRsaAlgorithm::OaepSha256);
    let of_rsa = write(rsa.clone()).await.unwrap();
    let (ecdh, ..) = ecdh(&kms, EcdhCurve::P256).await;
    let of_ecdh = write(ecdh.clone()).await.unwrap();
    kms.report_key(Some(&key.replace(HERE, THERE)));
    assert_eq!(rejection(rsa.clone(), &of_rsa).await.kind(), ErrorKind::Materials);
    assert_eq!(rejection(ecdh.clone(), &of_ecdh).await.kind(), ErrorKind::Materials);
    assert_eq!(write(ecdh.clone()).await.unwrap_err().kind(), ErrorKind::Materials);
    kms.report_key(None);
    for length in [0, 31, 33, 79, 81] {
        kms.replace_plaintext(Some(&vec![7; length]));
        assert_eq!(rejection(rsa.clone(), &of_rsa).await.kind(), ErrorKind::Integrity, "{length}");
        assert_eq!(rejection(ecdh.clone(), &of_ecdh).await.kind(), ErrorKind::Materials, "{length}");
        assert_eq!(write(ecdh.clone()).await.unwrap_err().kind(), ErrorKind::Materials, "{length}");
    }
    // Another shared secret and another key of the correct length decrypt nothing.
    kms.replace_plaintext(Some(&[7; 32]));
    assert_eq!(rejection(ecdh.clone(), &of_ecdh).await.kind(), ErrorKind::Integrity);
    kms.replace_plaintext(Some(&[7; 80]));
    assert_eq!(rejection(rsa.clone(), &of_rsa).await.kind(), ErrorKind::Integrity);
    kms.replace_plaintext(None);

    kms.throttle_next(2);
    assert_eq!(rejection(rsa.clone(), &of_rsa).await.kind(), ErrorKind::Throttled);
    assert_eq!(rejection(ecdh.clone(), &of_ecdh).await.kind(), ErrorKind::Throttled);
    kms.set_outage(true);
    assert_eq!(rejection(rsa.clone(), &of_rsa).await.kind(), ErrorKind::Unavailable);
    assert_eq!(rejection(ecdh.clone(), &of_ecdh).await.kind(), ErrorKind::Unavailable);
    kms.set_outage(false);
    kms.disable_key(&key);
    let error = rejection(rsa.clone(), &of_rsa).await;
    assert!(error.kind() == ErrorKind::Materials && error.to_string().contains("enable it"), "{error}");
    kms.enable_key(&key);
    let eleven =
        |keyring: KmsRsaKeyring| (0..11).fold(keyring, |keyring, number| keyring.grant_token(number.to_string()));
    assert_eq!(rejection(eleven(rsa.clone()), &of_rsa).await.kind(), ErrorKind::Usage);
    assert_eq!(read(rsa, &of_rsa).await.unwrap(), order());
    assert_eq!(read(ecdh, &of_ecdh).await.unwrap(), order());
}

/// Returns a keyring with a key in KMS, the ARN of that key, and the key of the peer.
async fn ecdh(kms: &Kms, curve: EcdhCurve) -> (KmsEcdhKeyring, String, EcdhPrivateKey) {
    let key = kms.import_agreement_key(HERE, &format!("{curve:?}"), EcdhPrivateKey::generate(curve).unwrap());
    let peer = EcdhPrivateKey::generate(curve).unwrap();
    calls(kms);
    let ours = KmsEcdhKeyring::fetch_public_key(&kms.client(THERE), &key).await.unwrap();
    assert_eq!(calls(kms), [call("GetPublicKey", HERE, &key)], "in the Region of the ARN");
    let keyring = KmsEcdhKeyring::static_public_key(kms.client(HERE), &key, ours, peer.public_key().clone()).unwrap();
    (keyring, key, peer)
}

#[tokio::test]
async fn both_parties_of_a_key_agreement_read_items_of_either() {
    let kms = Kms::new();
    for curve in [EcdhCurve::P256, EcdhCurve::P384, EcdhCurve::P521] {
        let (here, key, peer) = ecdh(&kms, curve).await;
        let ours = KmsEcdhKeyring::fetch_public_key(&kms.client(HERE), &key).await.unwrap();
        let there = RawEcdhKeyring::static_public_key(peer.clone(), ours.clone()).unwrap();
        calls(&kms);
        let stored = write(here.clone()).await.unwrap();
        assert_eq!(suite(&stored), AlgorithmSuite::Symmetric);
        assert_eq!(read(there.clone(), &stored).await.unwrap(), order());
        assert_eq!(read(RawEcdhKeyring::discovery(peer.clone()), &stored).await.unwrap(), order());
        assert_eq!(calls(&kms), [call("DeriveSharedSecret", HERE, &key)], "to write");
        assert_eq!(read(here.clone(), &stored).await.unwrap(), order());
        assert_eq!(calls(&kms), [call("DeriveSharedSecret", HERE, &key)], "to read");

        let discovery = KmsEcdhKeyring::discovery(kms.client(HERE), &key, ours.clone()).unwrap();
        assert_eq!(rejection(discovery.clone(), &stored).await.kind(), ErrorKind::Materials, "it is not the recipient");
        for stored in [write(there).await.unwrap(), write(RawEcdhKeyring::ephemeral(ours.clone())).await.unwrap()] {
            assert_eq!(read(discovery.clone(), &stored).await.unwrap(), order());
        }
        assert_eq!(write(discovery).await.unwrap_err().kind(), ErrorKind::Usage);

        let mut moved: Item = stored.clone();
        moved.insert("id".to_owned(), text("o-2"));
        assert_eq!(rejection(here, &moved).await.kind(), ErrorKind::Integrity);
    }
}

#[tokio::test]
async fn a_key_agreement_needs_a_key_of_that_usage() {
    let (kms, rsa) = kms_with_rsa_key();
    let symmetric = kms.create_key(HERE);
    let client = kms.client(HERE);
    for (key, kind) in [
        (&*rsa, ErrorKind::Materials),
        (&symmetric, ErrorKind::Materials),
        ("alias/ecdh", ErrorKind::Usage),
        ("1234", ErrorKind::Usage),
    ] {
        let error = KmsEcdhKeyring::fetch_public_key(&client, key).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{key}: {error}");
    }
    let [p256, p384] = [EcdhCurve::P256, EcdhCurve::P384].map(|curve| EcdhPrivateKey::generate(curve).unwrap());
    let (one, other) = (p256.public_key(), p384.public_key());
    let mixed = KmsEcdhKeyring::static_public_key(client.clone(), &symmetric, one.clone(), other.clone());
    assert_eq!(mixed.unwrap_err().kind(), ErrorKind::Usage);
    let named = KmsEcdhKeyring::discovery(client.clone(), "alias/ecdh", one.clone());
    assert_eq!(named.unwrap_err().kind(), ErrorKind::Usage);
    // KMS rejects keys of the wrong kind.
    for keyring in [
        KmsEcdhKeyring::static_public_key(client.clone(), &symmetric, one.clone(), one.clone()).unwrap(),
        KmsEcdhKeyring::static_public_key(client.clone(), &rsa, one.clone(), one.clone()).unwrap(),
    ] {
        let error = write(keyring).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Materials && error.to_string().contains("another kind"), "{error}");
    }
    let error = write(KmsKeyring::new(client.clone(), &*rsa)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Materials && error.to_string().contains("another kind"), "{error}");

    // The double itself decrypts RSA ciphertext only with the same algorithm.
    let plaintext = Blob::new(*b"sixteen letters!");
    let (sha1, sha256) = (EncryptionAlgorithmSpec::RsaesOaepSha1, EncryptionAlgorithmSpec::RsaesOaepSha256);
    let request = client.encrypt().key_id(&rsa).encryption_algorithm(sha1.clone()).plaintext(plaintext.clone());
    let encrypted = request.send().await.unwrap().ciphertext_blob.unwrap();
    let decrypt =
        |algorithm| client.decrypt().key_id(&rsa).encryption_algorithm(algorithm).ciphertext_blob(encrypted.clone());
    assert_eq!(decrypt(sha1).send().await.unwrap().plaintext, Some(plaintext));
    assert!(decrypt(sha256).send().await.is_err());
}
