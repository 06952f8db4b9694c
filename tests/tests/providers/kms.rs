//! Keys from AWS KMS, with the KMS double.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_kms::error::ProvideErrorMetadata;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::materials::{
    AesKey, AesKeySize, CryptographicMaterialsProvider, DecryptionMaterials, DirectKmsProvider, EncryptionMaterials,
    HmacAlgorithm, HmacKey, MaterialDescription, MaterialsFuture, MaterialsRequest,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemContext, ItemEncryptor, danger,
};
use dynaseal_tests::values::{n as number, s as text};

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";
const DESCRIPTION: &str = "*amzn-ddb-map-desc*";

fn context() -> ItemContext {
    ItemContext::new("orders").partition_key("id").sort_key("year")
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("year", AttributeAction::SignOnly)
}

fn order() -> Item {
    Item::from([
        ("id".to_owned(), text("o-1")),
        ("year".to_owned(), number("2020")),
        ("note".to_owned(), text("sentinel of the plaintext")),
    ])
}

async fn write(provider: &DirectKmsProvider) -> dynaseal::Result<Item> {
    ItemEncryptor::new(provider.clone()).encrypt(order(), &actions(), &context()).await
}

async fn read(provider: &DirectKmsProvider, stored: Item) -> dynaseal::Result<Item> {
    ItemEncryptor::new(provider.clone()).decrypt(stored, &actions(), &context()).await
}

async fn rejection(provider: &DirectKmsProvider, stored: Item) -> Error {
    read(provider, stored).await.unwrap_err()
}

/// Parses a serialized material description: a version, then strings with their lengths.
fn parse(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut texts = Vec::new();
    let mut rest = &bytes[4..];
    while !rest.is_empty() {
        let (length, tail) = rest.split_at(4);
        let (text, tail) = tail.split_at(u32::from_be_bytes(length.try_into().unwrap()) as usize);
        texts.push(String::from_utf8(text.to_vec()).unwrap());
        rest = tail;
    }
    texts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

fn description(item: &Item) -> BTreeMap<String, String> {
    parse(item[DESCRIPTION].as_b().unwrap().as_ref())
}

fn with_description(mut item: Item, description: &BTreeMap<String, String>) -> Item {
    let mut bytes = vec![0; 4];
    for text in description.iter().flat_map(|(key, value)| [key, value]) {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    item.insert(DESCRIPTION.to_owned(), AttributeValue::B(Blob::new(bytes)));
    item
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn context_and_description_match_the_java_client() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let provider = DirectKmsProvider::new(kms.client(HERE), &*key);
    let stored = write(&provider).await.unwrap();
    let written = description(&stored);

    let expected = pairs([
        ("*amzn-ddb-env-alg*", "AES/256"),
        ("*amzn-ddb-sig-alg*", "HmacSHA256/256"),
        ("*aws-kms-table*", "orders"),
        ("id", "o-1"),
        ("year", "2020"),
    ]);
    assert_eq!(kms.calls()[0].encryption_context, expected);
    assert_eq!(kms.calls()[0].key_id.as_deref(), Some(&*key));
    assert!(kms.calls()[0].grant_tokens.is_empty());

    let blob = BASE64.decode(&written["amzn-ddb-env-key"]).unwrap();
    let blob_text = written["amzn-ddb-env-key"].clone();
    let expected = pairs([
        ("amzn-ddb-env-alg", "AES/256"),
        ("amzn-ddb-env-key", &blob_text),
        ("amzn-ddb-map-signingAlg", "HmacSHA256"),
        ("amzn-ddb-map-sym-mode", "/CBC/PKCS5Padding"),
        ("amzn-ddb-sig-alg", "HmacSHA256/256"),
        ("amzn-ddb-wrap-alg", "kms"),
        ("aws-kms-ec-attr", "*keys*"),
    ]);
    assert_eq!(written, expected);

    // The data key has 32 bytes, and decrypts only in this context.
    let opened = kms.client(HERE).decrypt().ciphertext_blob(Blob::new(blob));
    let opened = opened.set_encryption_context(Some(kms.calls()[0].encryption_context.clone().into_iter().collect()));
    assert_eq!(opened.send().await.unwrap().plaintext.unwrap().as_ref().len(), 32);

    assert_eq!(read(&provider, stored).await.unwrap(), order());
    let call = kms.calls().pop().unwrap();
    assert_eq!((call.operation.as_str(), call.key_id.as_deref()), ("Decrypt", Some(&*key)));
}

#[tokio::test]
async fn keys_enter_the_context_as_dynamodb_normalizes_them() {
    let kms = Kms::new();
    let encryptor = ItemEncryptor::new(DirectKmsProvider::new(kms.client(HERE), &*kms.create_key(HERE)));
    for (value, expected, stored_value) in [
        (number("1E+2"), "100", number("100")),
        (number("-0.50"), "-0.5", number("-0.5")),
        (AttributeValue::B(Blob::new([0xfb, 0xff, 0])), "+/8A", AttributeValue::B(Blob::new([0xfb, 0xff, 0]))),
        (text("ü#*"), "ü#*", text("ü#*")),
    ] {
        let item = Item::from([("id".to_owned(), value.clone()), ("note".to_owned(), text("n"))]);
        let stored = encryptor.encrypt(item.clone(), &actions(), &context()).await.unwrap();
        let call = kms.calls().pop().unwrap();
        assert_eq!(call.encryption_context["id"], expected);
        assert!(!call.encryption_context.contains_key("year"));

        // The key is normalized by DynamoDB in one case, and not in the other.
        let mut returned = stored.clone();
        returned.insert("id".to_owned(), stored_value);
        let read = encryptor.decrypt(returned.clone(), &actions(), &context()).await.unwrap();
        assert_eq!(read["id"], returned["id"]);
        assert_eq!(encryptor.decrypt(stored, &actions(), &context()).await.unwrap(), read);
    }
    for value in [AttributeValue::Bool(true), number("NaN")] {
        let item = Item::from([("id".to_owned(), value)]);
        let error = encryptor.encrypt(item, &actions(), &context()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage | ErrorKind::Codec));
        assert_eq!(error.attribute(), Some("id"));
    }
}

/// A double for items that the Java client wrote until 2016: KMS generated 256 bytes, here 0 to 255.
#[derive(Debug)]
struct OldJavaClient {
    encrypted_key: String,
}

impl CryptographicMaterialsProvider for OldJavaClient {
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        // Computed with Python's `hmac`: HKDF-SHA-256 without salt, for `Encryption` and `Signing`.
        let content = "aabfb74e7f41cd48b134deec62f6d89b45df9bc4c833c559bcfafc1a2753c4ff";
        let signing = "529a6d233e52ac69db83d1eaa3c7043d6044a5777eac67cce84a13c98ccb44f6";
        let hex = |text: &str| -> Vec<u8> {
            (0..64).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
        };
        let description: MaterialDescription = pairs([
            ("amzn-ddb-env-alg", "AES/256"),
            ("amzn-ddb-env-key", &self.encrypted_key),
            ("amzn-ddb-sig-alg", "HmacSHA256/256"),
            ("amzn-ddb-wrap-alg", "kms"),
        ])
        .into_iter()
        .collect();
        Box::pin(async move {
            let signing = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &hex(signing))?;
            let content = AesKey::from_bytes(&hex(content))?;
            Ok(EncryptionMaterials::new(signing).with_content_key(content).with_description(description))
        })
    }

    fn decryption_materials<'a>(
        &'a self,
        _: MaterialsRequest<'a>,
        _: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        unreachable!("it only writes")
    }
}

#[tokio::test]
async fn data_keys_of_any_length_are_read() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let encryption_context = pairs([
        ("*amzn-ddb-env-alg*", "AES/256"),
        ("*amzn-ddb-sig-alg*", "HmacSHA256/256"),
        ("*aws-kms-table*", "orders"),
        ("id", "o-1"),
        ("year", "2020"),
    ]);
    let response = kms
        .client(HERE)
        .encrypt()
        .key_id(&key)
        .plaintext(Blob::new((0..=255).collect::<Vec<u8>>()))
        .set_encryption_context(Some(encryption_context.into_iter().collect()))
        .send()
        .await
        .unwrap();
    let writer = OldJavaClient { encrypted_key: BASE64.encode(response.ciphertext_blob.unwrap()) };
    let stored = ItemEncryptor::new(writer).encrypt(order(), &actions(), &context()).await.unwrap();
    assert_eq!(read(&DirectKmsProvider::new(kms.client(HERE), key), stored).await.unwrap(), order());
}

#[tokio::test]
async fn a_key_has_four_names_and_its_arn_determines_the_region() {
    let kms = Kms::new();
    let key = kms.create_key(THERE);
    kms.create_alias(THERE, "alias/app", &key);
    let alias_arn = key.split_once(":key/").unwrap().0.to_owned() + ":alias/app";
    let id = key.split_once(":key/").unwrap().1;
    for (region, name) in [(THERE, id), (THERE, "alias/app"), (HERE, &*key), (HERE, &*alias_arn)] {
        kms.clear_calls();
        let provider = DirectKmsProvider::new(kms.client(region), name);
        let stored = write(&provider).await.unwrap();
        assert_eq!(read(&provider, stored).await.unwrap(), order());
        for call in kms.calls() {
            assert_eq!((call.region.as_str(), call.key_id.as_deref()), (THERE, Some(name)));
        }
        assert_eq!(kms.calls().len(), 2, "one call for each direction");
    }
    // The user's own client for a Region takes precedence over the one that is derived from the first client.
    let token = kms.create_grant(&key, "regional", &["GenerateDataKey"]);
    let provider = DirectKmsProvider::new(kms.client(HERE), &*key)
        .regional_client(THERE, kms.client_of(THERE, "regional"))
        .grant_token(&token);
    write(&provider).await.unwrap();
    assert_eq!(kms.calls().pop().unwrap().principal, "regional");
}

#[tokio::test]
async fn items_of_other_keys_are_rejected_unless_the_keys_are_named() {
    let kms = Kms::new();
    let (ours, foreign) = (kms.create_key(HERE), kms.create_key(HERE));
    let forged = write(&DirectKmsProvider::new(kms.client(HERE), &*foreign)).await.unwrap();
    let ours = DirectKmsProvider::new(kms.client(HERE), &*ours);

    let error = rejection(&ours, forged.clone()).await;
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("also_decrypt_with"), "{error}");

    let named = ours.clone().also_decrypt_with(&*foreign);
    assert_eq!(read(&named, forged.clone()).await.unwrap(), order());
    assert_eq!(read(&ours.clone().decrypt_with(danger::any_kms_key()), forged).await.unwrap(), order());
    assert_eq!(kms.calls().pop().unwrap().key_id, None);
    // New items are written under the first key.
    let stored = write(&named).await.unwrap();
    assert_eq!(read(&ours, stored).await.unwrap(), order());
}

#[tokio::test]
async fn an_alias_means_its_current_key() {
    let kms = Kms::new();
    let (old, new) = (kms.create_key(HERE), kms.create_key(HERE));
    kms.create_alias(HERE, "alias/app", &old);
    let provider = DirectKmsProvider::new(kms.client(HERE), "alias/app");
    let stored = write(&provider).await.unwrap();
    kms.create_alias(HERE, "alias/app", &new);

    assert_eq!(rejection(&provider, stored.clone()).await.kind(), ErrorKind::Materials);
    kms.clear_calls();
    assert_eq!(read(&provider.clone().also_decrypt_with(&*old), stored).await.unwrap(), order());
    assert_eq!(kms.calls().len(), 2, "the alias's new key is asked in vain");
    let fresh = write(&provider).await.unwrap();
    kms.clear_calls();
    assert_eq!(read(&provider.also_decrypt_with(&*old), fresh).await.unwrap(), order());
    assert_eq!(kms.calls().len(), 1);
}

#[tokio::test]
async fn a_replica_in_another_region_reads_and_writes() {
    let kms = Kms::new();
    let primary = kms.create_multi_region_key(HERE);
    let replica = kms.replicate_key(&primary, THERE).unwrap();
    assert!(kms.replicate_key(&kms.create_key(HERE), THERE).is_none());
    let here = DirectKmsProvider::new(kms.client(HERE), &*primary);
    let there = DirectKmsProvider::new(kms.client(THERE), &*replica);
    kms.clear_calls();

    let stored = write(&here).await.unwrap();
    assert_eq!(read(&there, stored).await.unwrap(), order());
    let stored = write(&there).await.unwrap();
    assert_eq!(read(&here, stored).await.unwrap(), order());
    let regions: Vec<_> = kms.calls().into_iter().map(|call| call.region).collect();
    assert_eq!(regions, [HERE, THERE, THERE, HERE]);

    // A key of another Region that is not a multi-Region key does not replace it.
    let other = DirectKmsProvider::new(kms.client(THERE), &*kms.create_key(THERE));
    assert_eq!(rejection(&other, write(&here).await.unwrap()).await.kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn the_key_can_be_chosen_for_each_item() {
    let kms = Kms::new();
    let (shared, own) = (kms.create_key(HERE), kms.create_key(THERE));
    let tenant = own.clone();
    let provider = DirectKmsProvider::new(kms.client(HERE), &*shared).select_key(move |request| {
        let (_, value) = request.partition_key()?;
        (value.as_s().ok()? == "o-1").then(|| tenant.as_str().into())
    });
    let stored = write(&provider).await.unwrap();
    assert_eq!(kms.calls()[0].key_id.as_ref(), Some(&own));
    assert_eq!(read(&provider, stored.clone()).await.unwrap(), order());
    assert_eq!(kms.calls().len(), 2);
    assert!(read(&DirectKmsProvider::new(kms.client(HERE), shared), stored).await.is_err());
}

/// Others may use the key of the constructor for their own items.
#[tokio::test]
async fn a_chosen_key_accepts_no_item_of_the_constructors_key() {
    let kms = Kms::new();
    let (shared, own, former) = (kms.create_key(HERE), kms.create_key(HERE), kms.create_key(HERE));
    let tenant = own.clone();
    let provider = DirectKmsProvider::new(kms.client(HERE), &*shared)
        .select_key(move |_| Some(tenant.as_str().into()))
        .also_decrypt_with(&*former);
    let of = async |key: &str| write(&DirectKmsProvider::new(kms.client(HERE), key)).await.unwrap();
    assert_eq!(rejection(&provider, of(&shared).await).await.kind(), ErrorKind::Materials);
    for genuine in [of(&own).await, of(&former).await] {
        assert_eq!(read(&provider, genuine).await.unwrap(), order());
    }
    let unchosen = DirectKmsProvider::new(kms.client(HERE), &*shared).select_key(|_| None);
    assert_eq!(read(&unchosen, of(&shared).await).await.unwrap(), order());
    assert_eq!(rejection(&unchosen, of(&own).await).await.kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn errors_of_kms_name_the_fix() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let provider = DirectKmsProvider::new(kms.client(HERE), &*key);
    let stored = write(&provider).await.unwrap();
    let check = async |provider: &DirectKmsProvider, kind, words: &str| {
        for error in [rejection(provider, stored.clone()).await, write(provider).await.unwrap_err()] {
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(matches!(error.operation(), Some("Decrypt" | "GenerateDataKey")), "{error}");
            assert_eq!(error.is_retryable(), kind != ErrorKind::Materials);
            assert!(!format!("{error:?}").contains("sentinel"));
        }
    };

    kms.revoke_access(&key);
    check(&provider, ErrorKind::Materials, "access denied").await;
    for (error, permission) in [
        (rejection(&provider, stored.clone()).await, "allow kms:Decrypt on it"),
        (write(&provider).await.unwrap_err(), "allow kms:GenerateDataKey on it"),
    ] {
        assert!(error.to_string().contains(permission) && error.to_string().contains(&key), "{error}");
    }
    kms.restore_access(&key);
    kms.disable_key(&key);
    check(&provider, ErrorKind::Materials, "enable it").await;
    kms.schedule_key_deletion(&key);
    check(&provider, ErrorKind::Materials, "cancel the deletion").await;
    kms.enable_key(&key);
    let id = key.split_once(":key/").unwrap().1;
    check(&DirectKmsProvider::new(kms.client(THERE), id), ErrorKind::Materials, "Region").await;
    check(&DirectKmsProvider::new(kms.client(HERE), "alias/none"), ErrorKind::Materials, "no such key or alias").await;
    check(&DirectKmsProvider::new(kms.client(HERE), "arn:aws:kms:"), ErrorKind::Materials, "no such key").await;
    kms.throttle_next(2);
    check(&provider, ErrorKind::Throttled, "throttles").await;
    kms.set_outage(true);
    check(&provider, ErrorKind::Unavailable, "").await;
    kms.set_outage(false);
    assert_eq!(read(&provider, stored.clone()).await.unwrap(), order());
}

#[tokio::test]
async fn slow_responses_end_with_the_timeout_of_the_client() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    kms.set_latency(Duration::from_secs(60));
    let timeouts = aws_sdk_kms::config::timeout::TimeoutConfig::builder();
    let config = kms.client(HERE).config().to_builder();
    let config = config.timeout_config(timeouts.operation_timeout(Duration::from_millis(20)).build());
    let sleep = aws_sdk_kms::config::SharedAsyncSleep::new(Sleep);
    let client = aws_sdk_kms::Client::from_conf(config.sleep_impl(sleep).build());
    let error = write(&DirectKmsProvider::new(client, key)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

#[derive(Debug)]
struct Sleep;

impl aws_sdk_kms::config::AsyncSleep for Sleep {
    fn sleep(&self, duration: Duration) -> aws_sdk_kms::config::Sleep {
        aws_sdk_kms::config::Sleep::new(tokio::time::sleep(duration))
    }
}

#[tokio::test]
async fn grant_tokens_enable_their_grants() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let provider = DirectKmsProvider::new(kms.client_of(HERE, "reader"), &*key);
    let stored = write(&DirectKmsProvider::new(kms.client(HERE), &*key)).await.unwrap();
    assert_eq!(rejection(&provider, stored.clone()).await.kind(), ErrorKind::Materials);

    let token = kms.create_grant(&key, "reader", &["Decrypt"]);
    let reader = provider.grant_token(&token);
    assert_eq!(read(&reader, stored).await.unwrap(), order());
    assert_eq!(kms.calls().pop().unwrap().grant_tokens, [token]);
    assert_eq!(write(&reader).await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn other_algorithms_are_written_on_request_and_read_by_all() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let reader = DirectKmsProvider::new(kms.client(HERE), &*key);
    let writer = reader.clone().content_key(AesKeySize::Aes128).signing_key(HmacAlgorithm::HmacSha512);
    let stored = write(&writer).await.unwrap();
    let written = description(&stored);
    assert_eq!(written["amzn-ddb-env-alg"], "AES/128");
    assert_eq!(written["amzn-ddb-sig-alg"], "HmacSHA512/512");
    assert_eq!(written["amzn-ddb-map-signingAlg"], "HmacSHA512");
    let context = &kms.calls()[0].encryption_context;
    assert_eq!((&*context["*amzn-ddb-env-alg*"], &*context["*amzn-ddb-sig-alg*"]), ("AES/128", "HmacSHA512/512"));
    assert_eq!(stored["*amzn-ddb-map-sig*"].as_b().unwrap().as_ref().len(), 64);
    assert_eq!(read(&reader, stored).await.unwrap(), order());
}

#[tokio::test]
async fn changed_descriptions_are_rejected() {
    let kms = Kms::new();
    let provider = DirectKmsProvider::new(kms.client(HERE), &*kms.create_key(HERE));
    let stored = write(&provider).await.unwrap();
    let good = description(&stored);
    kms.clear_calls();

    // These errors are visible without a key, so KMS is not called.
    for (name, value) in [
        ("amzn-ddb-env-key", None),
        ("amzn-ddb-env-key", Some("")),
        ("amzn-ddb-env-key", Some("?")),
        ("amzn-ddb-env-alg", None),
        ("amzn-ddb-env-alg", Some("AES/64")),
        ("amzn-ddb-sig-alg", None),
        ("amzn-ddb-sig-alg", Some("HmacMD5/128")),
        ("amzn-ddb-wrap-alg", None),
        ("amzn-ddb-wrap-alg", Some("AESWrap")),
    ] {
        let mut changed = good.clone();
        match value {
            Some(value) => changed.insert(name.to_owned(), value.to_owned()),
            None => changed.remove(name),
        };
        let error = rejection(&provider, with_description(stored.clone(), &changed)).await;
        // The provider always writes these entries, so a missing one was removed.
        match value {
            None | Some("" | "?") => assert_eq!(error.kind(), ErrorKind::Integrity, "{name} {value:?}"),
            Some(_) => {
                assert_eq!(error.kind(), ErrorKind::Materials, "{name} {value:?}");
                assert!(error.to_string().contains(name), "{error}");
            }
        }
    }
    assert!(kms.calls().is_empty());

    // Errors that only a key reveals have the same text.
    let mut texts = Vec::new();
    for (name, value) in [("amzn-ddb-env-alg", "AES/128"), ("amzn-ddb-sig-alg", "HmacSHA256/128")] {
        let mut changed = good.clone();
        changed.insert(name.to_owned(), value.to_owned());
        texts.push(rejection(&provider, with_description(stored.clone(), &changed)).await.to_string());
    }
    let mut changed = good.clone();
    let mut blob = BASE64.decode(&good["amzn-ddb-env-key"]).unwrap();
    *blob.last_mut().unwrap() ^= 1;
    changed.insert("amzn-ddb-env-key".to_owned(), BASE64.encode(blob));
    texts.push(rejection(&provider, with_description(stored.clone(), &changed)).await.to_string());
    let mut moved = stored.clone();
    moved.insert("id".to_owned(), text("o-2"));
    texts.push(rejection(&provider, moved).await.to_string());
    let mut tampered = stored.clone();
    tampered.insert("note".to_owned(), AttributeValue::B(Blob::new([0; 32])));
    texts.push(rejection(&provider, tampered).await.to_string());
    let elsewhere = ItemContext::new("other").partition_key("id").sort_key("year");
    let error = ItemEncryptor::new(provider).decrypt(stored, &actions(), &elsewhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.aws_code().is_none() && error.sdk_error().is_none());
    for text in texts {
        assert_eq!(text, error.to_string());
    }
}

#[tokio::test]
async fn an_item_costs_one_call_in_each_direction() {
    let kms = Kms::new();
    let provider = DirectKmsProvider::new(kms.client(HERE), &*kms.create_key(HERE));
    for _ in 0..50 {
        let stored = write(&provider).await.unwrap();
        read(&provider, stored).await.unwrap();
    }
    let count = |operation| kms.calls().iter().filter(|call| call.operation == operation).count();
    assert_eq!((count("GenerateDataKey"), count("Decrypt"), kms.calls().len()), (50, 50, 100));
}

#[tokio::test]
async fn plain_http_is_rejected_in_every_region() {
    let kms = Kms::new();
    let key = kms.create_key(THERE);
    let config = kms.client(HERE).config().to_builder().endpoint_url("http://kms.internal");
    let client = aws_sdk_kms::Client::from_conf(config.build());
    let provider = DirectKmsProvider::new(client, &*key);
    assert_eq!(write(&provider).await.unwrap_err().kind(), ErrorKind::Usage);
    assert!(kms.calls().is_empty());
    write(&provider.allow_http(danger::allow_http("kms.internal"))).await.unwrap();
}

#[tokio::test]
async fn the_kms_double_reencrypts() {
    let kms = Kms::new();
    let (old, new) = (kms.create_key(HERE), kms.create_key(HERE));
    let client = kms.client(HERE);
    let sealed = client.encrypt().key_id(&old).plaintext(Blob::new("text")).encryption_context("a", "1").send().await;
    let sealed = sealed.unwrap().ciphertext_blob.unwrap();
    let request = client.re_encrypt().ciphertext_blob(sealed.clone()).destination_key_id(&new);
    let moved = request.source_encryption_context("a", "1").destination_encryption_context("a", "2").send().await;
    let moved = moved.unwrap();
    assert_eq!((moved.source_key_id(), moved.key_id()), (Some(&*old), Some(&*new)));
    let moved = moved.ciphertext_blob.unwrap();
    kms.disable_key(&old);
    let open = |value| client.decrypt().ciphertext_blob(moved.clone()).encryption_context("a", value).send();
    assert_eq!(open("2").await.unwrap().plaintext.unwrap().as_ref(), b"text");
    assert_eq!(open("1").await.unwrap_err().code(), Some("InvalidCiphertextException"));
    let disabled = client.decrypt().ciphertext_blob(sealed).encryption_context("a", "1").send().await.unwrap_err();
    assert_eq!(disabled.code(), Some("DisabledException"));
    let described = client.describe_key().key_id(&old).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((described.arn(), described.enabled()), (Some(&*old), false));
}
