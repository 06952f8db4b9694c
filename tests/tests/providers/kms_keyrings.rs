//! Keyrings of symmetric keys in AWS KMS, with the KMS double.

use std::collections::BTreeMap;

use dynaseal::format::{Dbesdk, ItemDescription};
use dynaseal::keyrings::{
    AesKey, AlgorithmSuite, DiscoveryFilter, Keyring, KmsDiscoveryKeyring, KmsKeyring, KmsMrkDiscoveryKeyring,
    KmsMrkKeyring, MultiKeyring, RawAesKeyring,
};
use dynaseal::testing::kms::{Call, Kms};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemContext, ItemEncryptor, Result,
    danger,
};
use dynaseal_tests::values::{item as attributes, n as number, s as text};

pub(super) const HERE: &str = "us-east-1";
pub(super) const THERE: &str = "eu-west-1";
const ACCOUNT: &str = "111122223333";
const HEAD: &str = "aws_dbe_head";

pub(super) fn context() -> ItemContext {
    ItemContext::new("orders").partition_key("id").sort_key("year")
}

pub(super) fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("year", AttributeAction::SignOnly)
}

pub(super) fn order() -> Item {
    attributes([("id", text("o-1")), ("year", number("2020")), ("note", text("sentinel of the plaintext"))])
}

pub(super) async fn write(keyring: impl Keyring + 'static) -> Result<Item> {
    ItemEncryptor::with_keyring(keyring).encrypt(order(), &actions(), &context()).await
}

pub(super) async fn read(keyring: impl Keyring + 'static, stored: &Item) -> Result<Item> {
    ItemEncryptor::with_keyring(keyring).decrypt(stored.clone(), &actions(), &context()).await
}

pub(super) async fn rejection(keyring: impl Keyring + 'static, stored: &Item) -> Error {
    read(keyring, stored).await.unwrap_err()
}

pub(super) fn suite(stored: &Item) -> AlgorithmSuite {
    ItemDescription::of(stored).unwrap().suite()
}

pub(super) fn names(stored: &Item) -> Vec<String> {
    let description = ItemDescription::of(stored).unwrap();
    description.recipients().iter().map(|recipient| recipient.key_name().unwrap().to_owned()).collect()
}

/// Returns the operation, Region and key of every call since the last time.
pub(super) fn calls(kms: &Kms) -> Vec<(String, String, String)> {
    let calls = kms.calls();
    kms.clear_calls();
    calls.into_iter().map(|call| (call.operation, call.region, call.key_id.unwrap_or_default())).collect()
}

pub(super) fn call(operation: &str, region: &str, key: &str) -> (String, String, String) {
    (operation.to_owned(), region.to_owned(), key.to_owned())
}

fn raw_aes() -> RawAesKeyring {
    RawAesKeyring::new("ns", "raw", &AesKey::generate().unwrap()).unwrap()
}

fn filter() -> DiscoveryFilter {
    DiscoveryFilter::new("aws", [ACCOUNT])
}

/// Replaces a part of the header by another string of the same length.
fn with_replaced(stored: &Item, from: &str, to: &str) -> Item {
    assert_eq!(from.len(), to.len());
    let mut head = stored[HEAD].as_b().unwrap().as_ref().to_vec();
    let place = head.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    head[place..place + to.len()].copy_from_slice(to.as_bytes());
    let mut stored = stored.clone();
    stored.insert(HEAD.to_owned(), AttributeValue::B(head.into()));
    stored
}

#[tokio::test]
async fn an_item_costs_one_call_each_way_in_its_context() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let keyring = KmsKeyring::new(kms.client(HERE), &*key);
    let stored = write(keyring.clone()).await.unwrap();
    assert_eq!(read(keyring, &stored).await.unwrap(), order());
    assert_eq!(names(&stored), [&*key]);

    let [wrapped, unwrapped]: [Call; 2] = kms.calls().try_into().unwrap();
    assert_eq!((&*wrapped.operation, wrapped.key_id.as_deref()), ("GenerateDataKey", Some(&*key)));
    assert_eq!((&*unwrapped.operation, unwrapped.key_id.as_deref()), ("Decrypt", Some(&*key)));
    assert_eq!(wrapped.encryption_context, unwrapped.encryption_context);
    let mut context = wrapped.encryption_context;
    assert!(context.remove("aws-crypto-public-key").is_some());
    // The values are those of the AWS Database Encryption SDK: two bytes of type, and the value, in Base64.
    let expected = [
        ("aws-crypto-table-name", "orders"),
        ("aws-crypto-partition-name", "id"),
        ("aws-crypto-sort-name", "year"),
        ("aws-crypto-attr.id", "AAFvLTE="),
        ("aws-crypto-attr.year", "AAIyMDIw"),
    ];
    assert_eq!(context, BTreeMap::from(expected.map(|(key, value)| (key.to_owned(), value.to_owned()))));
}

#[tokio::test]
async fn an_alias_or_key_id_needs_the_arn_of_its_key() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    kms.create_alias(HERE, "alias/orders", &key);
    let id = key.rsplit('/').next().unwrap();
    let alias_arn = format!("arn:aws:kms:{HERE}:{ACCOUNT}:alias/orders");
    let stored = write(KmsKeyring::new(kms.client(HERE), &*key)).await.unwrap();
    kms.clear_calls();
    for name in ["alias/orders", id, &alias_arn] {
        let keyring = KmsKeyring::new(kms.client(HERE), name);
        for error in [write(keyring.clone()).await.unwrap_err(), rejection(keyring.clone(), &stored).await] {
            assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
            assert!(error.to_string().contains(".decrypts("), "{error}");
        }
        let misnamed = keyring.clone().decrypts(&alias_arn);
        assert_eq!(write(misnamed).await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(calls(&kms), [], "nothing is sent");

        let keyring = keyring.decrypts(&*key);
        let stored = write(keyring.clone()).await.unwrap();
        assert_eq!(read(keyring, &stored).await.unwrap(), order());
        assert_eq!(names(&stored), [&*key]);
        assert_eq!(calls(&kms), [call("GenerateDataKey", HERE, name), call("Decrypt", HERE, &key)]);
    }
    // After the alias was changed to another key, no unreadable item is written, and existing items stay readable.
    let another = kms.create_key(HERE);
    kms.create_alias(HERE, "alias/orders", &another);
    let keyring = KmsKeyring::new(kms.client(HERE), "alias/orders").decrypts(&*key);
    let error = write(keyring.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains(&another), "{error}");
    assert_eq!(read(keyring, &stored).await.unwrap(), order());
    // The ARN contradicts the one of the key.
    let error = write(KmsKeyring::new(kms.client(HERE), &*key).decrypts(another)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn only_the_named_key_is_used() {
    let kms = Kms::new();
    let (key, another) = (kms.create_key(HERE), kms.create_key(HERE));
    let stored = write(KmsKeyring::new(kms.client(HERE), &*key)).await.unwrap();
    kms.clear_calls();
    let error = rejection(KmsKeyring::new(kms.client(HERE), &*another), &stored).await;
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains(&key) && error.to_string().contains(&another), "{error}");
    // A recipient that names the other key does not make KMS decrypt with it, nor does one without an ARN.
    let forged = with_replaced(&stored, &key, &another);
    assert_eq!(calls(&kms), []);
    assert_eq!(rejection(KmsKeyring::new(kms.client(HERE), &*another), &forged).await.kind(), ErrorKind::Integrity);
    assert_eq!(calls(&kms), [call("Decrypt", HERE, &another)]);
    let region = with_replaced(&stored, ":us-east-1:", ":us.east.1:");
    for keyring in [KmsKeyring::new(kms.client(HERE), &*key).into_arc(), discovery(&kms).into_arc()] {
        assert_eq!(rejection(keyring, &region).await.kind(), ErrorKind::Materials);
    }
    assert_eq!(calls(&kms), [], "no host is made of what is no Region");
}

trait IntoArc: Keyring + Sized + 'static {
    fn into_arc(self) -> std::sync::Arc<dyn Keyring> {
        std::sync::Arc::new(self)
    }
}

impl<K: Keyring + 'static> IntoArc for K {}

fn discovery(kms: &Kms) -> KmsDiscoveryKeyring {
    KmsDiscoveryKeyring::new(kms.client(HERE), filter())
}

#[tokio::test]
async fn a_changed_item_is_rejected() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let keyring = KmsKeyring::new(kms.client(HERE), &*key);
    let stored = write(keyring.clone()).await.unwrap();
    let mut moved = stored.clone();
    moved.insert("id".to_owned(), text("o-2"));
    assert_eq!(rejection(keyring.clone(), &moved).await.kind(), ErrorKind::Integrity, "another primary key");
    let mut head = stored[HEAD].as_b().unwrap().as_ref().to_vec();
    let place = head.len() - 33; // before the commitment, and so the last byte of what KMS made
    head[place] ^= 1;
    let mut damaged = stored.clone();
    damaged.insert(HEAD.to_owned(), AttributeValue::B(head.into()));
    assert_eq!(rejection(keyring.clone(), &damaged).await.kind(), ErrorKind::Integrity, "another wrapped key");
    assert_eq!(read(keyring, &stored).await.unwrap(), order());
}

#[tokio::test]
async fn related_keys_read_each_others_items() {
    let kms = Kms::new();
    let primary = kms.create_multi_region_key(HERE);
    let replica = kms.replicate_key(&primary, THERE).unwrap();
    let stored = write(KmsMrkKeyring::new(kms.client(HERE), &*primary)).await.unwrap();
    assert_eq!(suite(&stored), AlgorithmSuite::DigitalSignature);
    kms.clear_calls();
    assert_eq!(read(KmsMrkKeyring::new(kms.client(THERE), &*replica), &stored).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", THERE, &replica)]);
    // The Region is that of the ARN, regardless of the client's.
    assert_eq!(read(KmsMrkKeyring::new(kms.client(HERE), &*replica), &stored).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", THERE, &replica)]);

    let error = rejection(KmsKeyring::new(kms.client(THERE), &*replica), &stored).await;
    assert_eq!(error.kind(), ErrorKind::Materials, "a strict keyring has one key");
    let unrelated = kms.create_multi_region_key(HERE);
    assert_eq!(rejection(KmsMrkKeyring::new(kms.client(HERE), unrelated), &stored).await.kind(), ErrorKind::Materials);
    let single = kms.create_key(HERE);
    let keyring = KmsMrkKeyring::new(kms.client(HERE), &*single);
    let stored = write(keyring.clone()).await.unwrap();
    assert_eq!(read(keyring, &stored).await.unwrap(), order());
    let elsewhere = single.replace(HERE, THERE);
    assert_eq!(rejection(KmsMrkKeyring::new(kms.client(HERE), elsewhere), &stored).await.kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn a_discovery_keyring_uses_the_keys_of_its_accounts() {
    let kms = Kms::new();
    let (key, there) = (kms.create_key(HERE), kms.create_key(THERE));
    let stored = write(KmsKeyring::new(kms.client(HERE), &*key)).await.unwrap();
    let of_there = write(KmsKeyring::new(kms.client(HERE), &*there)).await.unwrap();
    kms.clear_calls();
    let client = || kms.client(HERE);
    assert_eq!(read(discovery(&kms), &stored).await.unwrap(), order());
    assert_eq!(read(discovery(&kms), &of_there).await.unwrap(), order());
    let of_any = KmsDiscoveryKeyring::of_any_account(client(), danger::any_kms_key());
    assert_eq!(read(of_any, &stored).await.unwrap(), order());
    let expected = [call("Decrypt", HERE, &key), call("Decrypt", THERE, &there), call("Decrypt", HERE, &key)];
    assert_eq!(calls(&kms), expected);
    for keyring in [
        KmsDiscoveryKeyring::new(client(), DiscoveryFilter::new("aws", ["444455556666"])),
        KmsDiscoveryKeyring::new(client(), DiscoveryFilter::new("aws-cn", [ACCOUNT])),
        KmsDiscoveryKeyring::new(client(), DiscoveryFilter::new("aws", [""; 0])),
        discovery(&kms).regions([THERE]),
    ] {
        assert_eq!(rejection(keyring, &stored).await.kind(), ErrorKind::Materials);
    }
    assert_eq!(calls(&kms), []);
    assert_eq!(read(discovery(&kms).regions([THERE, HERE]), &stored).await.unwrap(), order());
    assert_eq!(write(discovery(&kms)).await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_discovery_keyring_of_one_region_uses_related_keys() {
    let kms = Kms::new();
    let primary = kms.create_multi_region_key(HERE);
    let replica = kms.replicate_key(&primary, THERE).unwrap();
    let single = kms.create_key(HERE);
    let [of_primary, of_single] = [
        write(KmsKeyring::new(kms.client(HERE), &*primary)).await.unwrap(),
        write(KmsKeyring::new(kms.client(HERE), &*single)).await.unwrap(),
    ];
    kms.clear_calls();
    let there = KmsMrkDiscoveryKeyring::new(kms.client(HERE), THERE, filter());
    let here = KmsMrkDiscoveryKeyring::new(kms.client(HERE), HERE, filter());
    assert_eq!(read(there.clone(), &of_primary).await.unwrap(), order());
    assert_eq!(rejection(there.clone(), &of_single).await.kind(), ErrorKind::Materials);
    assert_eq!(read(here, &of_single).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", THERE, &replica), call("Decrypt", HERE, &single)]);
    assert_eq!(write(there).await.unwrap_err().kind(), ErrorKind::Usage);
    let strangers = KmsMrkDiscoveryKeyring::new(kms.client(HERE), THERE, DiscoveryFilter::new("aws", ["444455556666"]));
    assert_eq!(rejection(strangers, &of_primary).await.kind(), ErrorKind::Materials);
    let of_any = KmsMrkDiscoveryKeyring::of_any_account(kms.client(HERE), THERE, danger::any_kms_key());
    assert_eq!(read(of_any, &of_primary).await.unwrap(), order());
}

#[tokio::test]
async fn errors_of_kms_name_the_fix() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let keyring = || KmsKeyring::new(kms.client(HERE), &*key);
    let stored = write(keyring()).await.unwrap();
    let check = async |fragment: &str, kind: ErrorKind, fault: &(dyn Fn() + Sync)| {
        for keyring in [keyring().into_arc(), discovery(&kms).into_arc()] {
            fault();
            let error = rejection(keyring, &stored).await;
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(fragment), "{error}");
        }
        fault();
        let error = write(keyring()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(fragment), "{error}");
    };
    check("disabled; enable it", ErrorKind::Materials, &|| kms.disable_key(&key)).await;
    check("cancel the deletion", ErrorKind::Materials, &|| kms.schedule_key_deletion(&key)).await;
    kms.enable_key(&key);
    check("in the key policy", ErrorKind::Materials, &|| kms.revoke_access(&key)).await;
    kms.restore_access(&key);
    check("throttles", ErrorKind::Throttled, &|| kms.throttle_next(1)).await;
    check("could not be reached", ErrorKind::Unavailable, &|| kms.set_outage(true)).await;
    kms.set_outage(false);
    check("check the endpoint", ErrorKind::Materials, &|| kms.report_key(Some(&key.replace(HERE, THERE)))).await;
    check("check the endpoint", ErrorKind::Materials, &|| kms.report_key(Some("alias/orders"))).await;
    kms.report_key(None);
    assert_eq!(read(keyring(), &stored).await.unwrap(), order());

    let unknown = format!("arn:aws:kms:{THERE}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    let error = write(KmsKeyring::new(kms.client(HERE), unknown)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("check the identifier, the account and the Region"), "{error}");
}

#[tokio::test]
async fn a_data_key_has_32_bytes() {
    let kms = Kms::new();
    let keyring = KmsKeyring::new(kms.client(HERE), kms.create_key(HERE));
    let stored = write(keyring.clone()).await.unwrap();
    for bytes in [&[7; 31][..], &[7; 33], &[]] {
        kms.replace_plaintext(Some(bytes));
        assert_eq!(write(keyring.clone()).await.unwrap_err().kind(), ErrorKind::Materials, "{}", bytes.len());
        assert_eq!(rejection(keyring.clone(), &stored).await.kind(), ErrorKind::Integrity, "{}", bytes.len());
    }
}

#[tokio::test]
async fn grant_tokens_go_with_every_call() {
    let kms = Kms::new();
    let key = kms.create_key(HERE);
    let token = kms.create_grant(&key, "app", &["GenerateDataKey", "Decrypt"]);
    let without = KmsKeyring::new(kms.client_of(HERE, "app"), &*key);
    assert_eq!(write(without.clone()).await.unwrap_err().kind(), ErrorKind::Materials);
    let with = without.clone().grant_token(&*token);
    let stored = write(with.clone()).await.unwrap();
    assert_eq!(read(with, &stored).await.unwrap(), order());
    let discovery = KmsDiscoveryKeyring::new(kms.client_of(HERE, "app"), filter());
    assert_eq!(rejection(discovery.clone(), &stored).await.kind(), ErrorKind::Materials);
    assert_eq!(read(discovery.grant_token(token), &stored).await.unwrap(), order());

    kms.clear_calls();
    let many = (0..11).fold(without, |keyring, number| keyring.grant_token(number.to_string()));
    assert_eq!(write(many.clone()).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(rejection(many.clone(), &stored).await.kind(), ErrorKind::Usage);
    assert_eq!(calls(&kms), []);
}

#[tokio::test]
async fn each_region_has_its_own_client() {
    let (kms, elsewhere) = (Kms::new(), Kms::new());
    let key = elsewhere.import_key(THERE, "1234", [7; 32]);
    let keyring = KmsKeyring::new(kms.client(HERE), &*key).regional_client(THERE, elsewhere.client(THERE));
    let stored = write(keyring.clone()).await.unwrap();
    assert_eq!(read(keyring, &stored).await.unwrap(), order());
    assert_eq!((kms.calls().len(), elsewhere.calls().len()), (0, 2));
}

#[tokio::test]
async fn items_are_signed_by_default_only_if_every_recipient_is_in_kms() {
    let kms = Kms::new();
    let (key, mrk) = (kms.create_key(HERE), kms.create_multi_region_key(THERE));
    let all = || MultiKeyring::new(KmsKeyring::new(kms.client(HERE), &*key));
    let in_kms = || all().child(KmsMrkKeyring::new(kms.client(HERE), &*mrk));
    assert_eq!(suite(&write(in_kms()).await.unwrap()), AlgorithmSuite::DigitalSignature);
    assert_eq!(suite(&write(all().child(raw_aes())).await.unwrap()), AlgorithmSuite::Symmetric);
    for (keyring, signs) in [(in_kms(), false), (all().child(raw_aes()), true)] {
        let encryptor = ItemEncryptor::new(Dbesdk::new(keyring).digital_signature(signs));
        let stored = encryptor.encrypt(order(), &actions(), &context()).await.unwrap();
        assert_eq!(suite(&stored) == AlgorithmSuite::DigitalSignature, signs);
        // Both are read, whichever is written.
        assert_eq!(read(in_kms(), &stored).await.unwrap(), order());
        let strict = ItemEncryptor::new(Dbesdk::new(in_kms()).require_digital_signature());
        let read = strict.decrypt(stored, &actions(), &context()).await;
        assert_eq!(read.map_err(|error| error.kind()), if signs { Ok(order()) } else { Err(ErrorKind::Integrity) });
    }
}

#[tokio::test]
async fn each_of_several_keys_has_its_own_keyring() {
    let kms = Kms::new();
    let (first, second) = (kms.create_key(HERE), kms.create_key(THERE));
    let all = MultiKeyring::of_kms_keys(kms.client(HERE), &*first, [&*second]);
    let stored = write(all.clone()).await.unwrap();
    assert_eq!(names(&stored), [&*first, &*second], "in their order");
    let mut made = calls(&kms);
    made.sort();
    assert_eq!(made, [call("GenerateDataKey", THERE, &second), call("GenerateDataKey", HERE, &first)]);
    for key in [&*first, &*second] {
        assert_eq!(read(KmsKeyring::new(kms.client(HERE), key), &stored).await.unwrap(), order());
    }
    kms.clear_calls();
    // The keys are tried in order until one succeeds.
    kms.disable_key(&first);
    assert_eq!(read(all.clone(), &stored).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", HERE, &first), call("Decrypt", THERE, &second)]);
    assert_eq!(write(all.clone()).await.unwrap_err().kind(), ErrorKind::Materials, "a recipient less is none");
    kms.disable_key(&second);
    let error = rejection(all, &stored).await;
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains(&first) && error.to_string().contains("enable it"), "{error}");
    kms.enable_key(&second);
    kms.clear_calls();

    let discovery = MultiKeyring::kms_discovery(kms.client(HERE), [THERE], &filter());
    assert_eq!(read(discovery.clone(), &stored).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", THERE, &second)]);
    assert_eq!(write(discovery).await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn related_keys_cannot_be_two_recipients() {
    let kms = Kms::new();
    let primary = kms.create_multi_region_key(HERE);
    let replica = kms.replicate_key(&primary, THERE).unwrap();
    let (another, single) = (kms.create_multi_region_key(HERE), kms.create_key(HERE));
    let error = MultiKeyring::of_kms_mrks(kms.client(HERE), &*another, [&*primary, &*replica]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains(&primary) && error.to_string().contains(&replica), "{error}");
    let all = MultiKeyring::of_kms_mrks(kms.client(HERE), &*primary, [&*another, &*single]).unwrap();
    let stored = write(all).await.unwrap();
    assert_eq!(names(&stored), [&*primary, &*another, &*single]);
    kms.clear_calls();
    let discovery = MultiKeyring::kms_mrk_discovery(kms.client(HERE), [THERE], &filter());
    assert_eq!(read(discovery, &stored).await.unwrap(), order());
    assert_eq!(calls(&kms), [call("Decrypt", THERE, &replica)]);
}
