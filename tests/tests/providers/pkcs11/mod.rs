//! Keys in a PKCS#11 token, with SoftHSM 2 as the device.

use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use dynaseal::keyrings::{Pkcs11AesKeyring, Pkcs11RsaKeyring, RsaPadding};
use dynaseal::materials::{
    AesKey, EcdsaAlgorithm, EcdsaSigningKey, HmacAlgorithm, HmacKey, ItemSigningKey, Pkcs11SigningKey, Pkcs11Token,
    RsaSignatureAlgorithm, RsaSigningKey, SigningKey, StaticProvider, WrappedProvider, WrappingKey,
};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ErrorKind, Item, ItemContext, ItemEncryptor};
use dynaseal_tests::softhsm::token::{self, AES_KEY, HMAC_KEY, PIN, TOKEN};
use dynaseal_tests::softhsm::{module, run_ignored_tests};
use tokio::sync::OnceCell;

mod keyrings;

/// The curves with the keys of RFC 6979, section A.2.
macro_rules! curves {
    ($(($algorithm:ident, $file:literal)),*) => {
        [$((
            EcdsaAlgorithm::$algorithm,
            $file,
            include_str!(concat!("../../../../runtime/test-keys/", $file, ".pem")),
            include_str!(concat!("../../../../runtime/test-keys/", $file, ".public.pem")),
        )),*]
    };
}

const CURVES: [(EcdsaAlgorithm, &str, &str, &str); 6] = curves![
    (P256Sha256, "p256"),
    (P384Sha384, "p384"),
    (P521Sha512, "p521"),
    (P256Sha512, "p256"),
    (P384Sha256, "p384"),
    (P521Sha224, "p521")
];

/// The public half of the key that the token generated.
static RSA_PUBLIC_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    assert!(std::env::var_os("SOFTHSM2_CONF").is_some(), "run the test `softhsm`, which makes a folder for tokens");
    token::create(&module().unwrap())
});

#[test]
fn softhsm() {
    run_with_softhsm(&["pkcs11::", "--skip", OUTAGE]);
}

/// Runs apart from the other tests, which it would disturb.
#[test]
fn softhsm_with_an_outage() {
    run_with_softhsm(&[OUTAGE]);
}

const OUTAGE: &str = "the_token_is_used_again_after_an_outage";

fn run_with_softhsm(tests: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    run_ignored_tests(folder.path(), tests);
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn items_are_interchangeable_with_keys_in_memory() {
    let token = open().await;
    let wrapping_key = token.wrapping_key("wrap").await.unwrap();
    let signing_key = token.signing_key("hmac", HmacAlgorithm::HmacSha256).await.unwrap();
    let device = ItemEncryptor::new(WrappedProvider::new(wrapping_key, signing_key));
    let process = ItemEncryptor::new(WrappedProvider::new(
        AesKey::from_bytes(&AES_KEY).unwrap(),
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &HMAC_KEY).unwrap(),
    ));
    for (writer, reader) in [(&device, &process), (&process, &device), (&device, &device)] {
        let stored = writer.encrypt(item(), &actions(), &context()).await.unwrap();
        assert!(stored["a"].is_b());
        assert_eq!(reader.decrypt(stored, &actions(), &context()).await.unwrap(), item());
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn an_invalid_wrapped_key_yields_no_key() {
    let key = open().await.wrapping_key("wrap").await.unwrap();
    let wrapped = key.wrap(&AesKey::generate().unwrap()).await.unwrap();
    assert_eq!(wrapped.len(), 40);
    assert!(key.unwrap(&wrapped).await.unwrap().is_some());
    for length in 0..wrapped.len() {
        assert!(key.unwrap(&wrapped[..length]).await.unwrap().is_none(), "{length} bytes");
    }
    for i in 0..wrapped.len() {
        let mut damaged = wrapped.clone();
        damaged[i] ^= 1;
        assert!(key.unwrap(&damaged).await.unwrap().is_none(), "byte {i}");
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn hmac_signatures_equal_those_of_the_same_key_in_memory() {
    let token = open().await;
    for algorithm in
        [HmacAlgorithm::HmacSha224, HmacAlgorithm::HmacSha256, HmacAlgorithm::HmacSha384, HmacAlgorithm::HmacSha512]
    {
        let device = token.signing_key("hmac", algorithm).await.unwrap();
        let process = HmacKey::from_bytes(algorithm, &HMAC_KEY).unwrap();
        check_agreement(device, process.clone(), process).await;
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn ecdsa_signatures_verify_with_the_same_key_in_memory() {
    let token = open().await;
    for (algorithm, label, private, public) in CURVES {
        let device = token.signing_key(label, algorithm).await.unwrap();
        let private = EcdsaSigningKey::from_pkcs8_pem(algorithm, private).unwrap();
        let public = EcdsaSigningKey::from_public_key_pem(algorithm, public).unwrap();
        check_agreement(device, private, public).await;
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn rsa_signatures_verify_under_the_public_key() {
    let token = open().await;
    for algorithm in [
        RsaSignatureAlgorithm::Sha224,
        RsaSignatureAlgorithm::Sha256,
        RsaSignatureAlgorithm::Sha384,
        RsaSignatureAlgorithm::Sha512,
    ] {
        let device = token.signing_key("rsa", algorithm).await.unwrap();
        let public = RsaSigningKey::from_public_key_der(algorithm, &RSA_PUBLIC_KEY).unwrap();
        let stored = signed(&device.clone().into()).await;
        verify(&public.into(), &stored).await.unwrap();
        verify(&device.into(), &stored).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn damaged_signatures_are_invalid_rather_than_failures() {
    let token = open().await;
    let keys = [
        token.signing_key("hmac", HmacAlgorithm::HmacSha256).await.unwrap(),
        token.signing_key("rsa", RsaSignatureAlgorithm::Sha256).await.unwrap(),
        token.signing_key("p256", EcdsaAlgorithm::P256Sha256).await.unwrap(),
    ];
    for key in keys {
        let signature = key.sign(b"sample").await.unwrap();
        assert!(key.verify(b"sample", &signature).await.unwrap());
        assert!(!key.verify(b"another", &signature).await.unwrap());
        for i in 0..signature.len() {
            let mut damaged = signature.clone();
            damaged[i] ^= 0x10;
            assert!(!key.verify(b"sample", &damaged).await.unwrap(), "{key:?}, byte {i}");
            assert!(!key.verify(b"sample", &signature[..i]).await.unwrap(), "{key:?}, {i} bytes");
        }
        let longer = [&signature[..], &[0]].concat();
        assert!(!key.verify(b"sample", &longer).await.unwrap(), "{key:?}");
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn a_public_key_verifies_and_cannot_sign() {
    let (algorithm, _, private, _) = CURVES[0];
    let public = open().await.signing_key("public-only", algorithm).await.unwrap();
    let stored = signed(&EcdsaSigningKey::from_pkcs8_pem(algorithm, private).unwrap().into()).await;
    verify(&public.clone().into(), &stored).await.unwrap();
    let error = public.sign(b"sample").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("no private key labeled \"public-only\""), "{error}");
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn missing_objects_are_named() {
    let token = open().await;
    let module = module().unwrap();
    let errors = [
        (Pkcs11Token::open("/no/such/module.so", TOKEN, PIN).await.map(drop), "/no/such/module.so"),
        (Pkcs11Token::open(&module, "nobody's", PIN).await.map(drop), "nobody's"),
        // Another token is used, because a token with a logged-in session requires no PIN.
        (Pkcs11Token::open(&module, token::OTHER_TOKEN, "86420").await.map(drop), token::OTHER_TOKEN),
        (token.wrapping_key("absent").await.map(drop), "AES key labeled \"absent\""),
        (token.wrapping_key("hmac").await.map(drop), "AES key labeled \"hmac\""),
        (token.signing_key("absent", HmacAlgorithm::HmacSha256).await.map(drop), "\"absent\""),
        (token.signing_key("p256", RsaSignatureAlgorithm::Sha256).await.map(drop), "\"p256\""),
        (token.signing_key("twice", HmacAlgorithm::HmacSha256).await.map(drop), "more than one key labeled \"twice\""),
    ];
    for (outcome, expected) in errors {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains("86420"), "{error}");
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn neither_the_pin_nor_a_key_is_shown() {
    let token = open().await;
    let wrapping_key = token.wrapping_key("wrap").await.unwrap();
    let signing_key = token.signing_key("hmac", HmacAlgorithm::HmacSha256).await.unwrap();
    assert_eq!(format!("{token:?}"), r#"Pkcs11Token("dynaseal")"#);
    let expected = r#"Pkcs11WrappingKey { token: Pkcs11Token("dynaseal"), label: "wrap", .. }"#;
    assert_eq!(format!("{wrapping_key:?}"), expected);
    let expected =
        r#"Pkcs11SigningKey { token: Pkcs11Token("dynaseal"), label: "hmac", algorithm: Hmac(HmacSha256), .. }"#;
    assert_eq!(format!("{signing_key:?}"), expected);
    let aes = Pkcs11AesKeyring::find(&token, "gcm", "ns", "name").await.unwrap();
    let rsa = Pkcs11RsaKeyring::find(&token, "rsa", "ns", "name", RsaPadding::OaepSha1).await.unwrap();
    for shown in [format!("{aes:?}"), format!("{rsa:?}")] {
        assert!(shown.contains(r#"Pkcs11Token("dynaseal")"#) && !shown.contains(PIN), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by `softhsm`"]
async fn many_items_are_processed_concurrently() {
    let token = open().await;
    let provider = WrappedProvider::new(
        token.wrapping_key("wrap").await.unwrap(),
        token.signing_key("hmac", HmacAlgorithm::HmacSha256).await.unwrap(),
    );
    let encryptor = ItemEncryptor::new(provider);
    let tasks: Vec<_> = (0..100)
        .map(|i| {
            let encryptor = encryptor.clone();
            tokio::spawn(async move {
                let item = Item::from([("a".to_owned(), AttributeValue::N(i.to_string()))]);
                let stored = encryptor.encrypt(item.clone(), &actions(), &context()).await.unwrap();
                assert_eq!(encryptor.decrypt(stored, &actions(), &context()).await.unwrap(), item);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
#[ignore = "started by `softhsm_with_an_outage`"]
async fn the_token_is_used_again_after_an_outage() {
    let token = open().await;
    let key = token.signing_key("hmac", HmacAlgorithm::HmacSha256).await.unwrap();
    let signature = key.sign(b"sample").await.unwrap();

    let library = token::library(&module().unwrap());
    library.clone().finalize().unwrap();
    for outcome in [key.sign(b"sample").await.map(drop), key.verify(b"sample", &signature).await.map(drop)] {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Materials);
    }
    token::initialize(&library);
    assert_eq!(key.sign(b"sample").await.unwrap(), signature);
    assert!(key.verify(b"sample", &signature).await.unwrap());
}

#[test]
#[ignore = "started by `softhsm`"]
fn without_a_runtime_the_result_is_an_error() {
    let mut open = Box::pin(Pkcs11Token::open(module().unwrap(), TOKEN, PIN));
    let Poll::Ready(outcome) = Pin::new(&mut open).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for a runtime that is not there");
    };
    assert!(outcome.unwrap_err().to_string().contains("Tokio"));
}

/// Checks that each side verifies signatures of the other, and that neither verifies a changed item.
async fn check_agreement(
    device: Pkcs11SigningKey,
    private: impl Into<ItemSigningKey>,
    public: impl Into<ItemSigningKey>,
) {
    let (device, private, public) = (ItemSigningKey::from(device), private.into(), public.into());
    for (signer, reader) in [(&device, &public), (&private, &device), (&device, &device)] {
        let mut stored = signed(signer).await;
        verify(reader, &stored).await.unwrap();
        stored.insert("a".to_owned(), AttributeValue::S("changed".to_owned()));
        assert_eq!(verify(reader, &stored).await.unwrap_err().kind(), ErrorKind::Integrity);
    }
}

async fn signed(key: &ItemSigningKey) -> Item {
    let actions = AttributeActions::new(AttributeAction::SignOnly);
    let encryptor = ItemEncryptor::new(StaticProvider::sign_only(key.clone()));
    encryptor.encrypt(item(), &actions, &context()).await.unwrap()
}

async fn verify(key: &ItemSigningKey, stored: &Item) -> dynaseal::Result<Item> {
    let actions = AttributeActions::new(AttributeAction::SignOnly);
    ItemEncryptor::new(StaticProvider::sign_only(key.clone())).decrypt(stored.clone(), &actions, &context()).await
}

/// Opens the session that all tests share: SoftHSM 2.6 confuses sessions if one thread closes the last one while
/// another opens the first one.
async fn open() -> Pkcs11Token {
    static TOKEN_IN_USE: OnceCell<Pkcs11Token> = OnceCell::const_new();
    LazyLock::force(&RSA_PUBLIC_KEY);
    TOKEN_IN_USE.get_or_init(|| async { Pkcs11Token::open(module().unwrap(), TOKEN, PIN).await.unwrap() }).await.clone()
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
}

fn context() -> ItemContext {
    ItemContext::new("table")
}

fn item() -> Item {
    Item::from([("a".to_owned(), AttributeValue::S("secret".to_owned()))])
}
