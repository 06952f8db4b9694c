use super::*;
use crate::format::ddbec::Ddbec;
use crate::format::encryptor::ItemEncryptor;
use crate::keyrings::RawAesKeyring;
use crate::materials::{AesKey, HmacKey, StaticProvider};

fn provider() -> StaticProvider {
    StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
}

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap()
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("visits", AttributeAction::DoNothing)
}

fn old() -> SchemaVersion {
    SchemaVersion::new("until 2026", actions()).materials(provider())
}

fn new() -> SchemaVersion {
    SchemaVersion::new("2027", actions()).keyring(keyring())
}

#[test]
fn the_way_to_the_current_format_names_what_each_client_is_deployed_with() {
    let plan = plan(&old(), &new()).unwrap();
    let [first, second, third, fourth] = &plan.deployments;
    assert!(first.rust.contains(r#"`.materials(keys of "until 2026")`, `.also_reads("2027")`"#), "{}", first.rust);
    assert!(first.new_java.contains("FORCE_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
    for older in [&first.old_java, &first.python] {
        assert!(older.contains("before step 2"), "{older}");
    }
    assert!(second.rust.contains(r#"`.keyring(keys of "2027")`, `.also_reads("until 2026")`"#), "{}", second.rust);
    assert!(second.new_java.contains("FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
    for step in [second, third, fourth] {
        assert_eq!((&*step.old_java, &*step.python), ("must not be in use", "must not be in use"));
    }
    assert!(third.rust.contains("reencrypt().checkpoint(file)") && third.rust.contains(".until(now)"));
    assert!(fourth.new_java.contains("without `legacyOverride`"));
    assert!(fourth.undo.contains("reencrypt().also_reads(\"2027\")"));
    let text = plan.to_string();
    for what in ["encryption context", "tenants", "beacons"] {
        let (_, afterwards) = text.split_once("Only after step 4:").unwrap();
        assert!(afterwards.contains(what), "{what}");
    }
    assert!(text.contains("id: SIGN_ONLY, visits: DO_NOTHING, all others: ENCRYPT_AND_SIGN"), "{text}");
}

#[test]
fn the_way_back_has_the_policies_in_reverse() {
    let [first, second, _, fourth] = plan(&new(), &old()).unwrap().deployments;
    assert!(first.new_java.contains("FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
    assert!(second.new_java.contains("FORCE_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
    assert!(second.python.contains("must not be in use") && fourth.python.contains("may be in use"));
}

#[test]
fn what_cannot_be_moved_is_reported_beforehand() {
    let other = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("aws_dbe_x", AttributeAction::SignOnly)
        .with("tenant", AttributeAction::SignAndIncludeInEncryptionContext)
        .with("visits", AttributeAction::SignOnly)
        .with("phone", AttributeAction::DoNothing)
        .unsigned_prefix(":");
    let new = SchemaVersion::new("2027", other).keyring(keyring()).logical_table_name("aws-crypto-staff");
    let warnings = plan(&old(), &new).unwrap().warnings.join("\n");
    for told in [
        "\"aws_dbe_x\"",
        "\"tenant\" is in the encryption context",
        "\"visits\": DO_NOTHING becomes SIGN_ONLY; its stored values are not verified",
        "\"phone\": ENCRYPT_AND_SIGN becomes DO_NOTHING",
        "the prefix of unsigned attributes changes",
        "aws-crypto-",
        "400 KB",
    ] {
        assert!(warnings.contains(told), "{told}: {warnings}");
    }
}

/// A keyring's items can always have beacons.
#[test]
fn beacons_of_the_older_format_are_kept_if_they_are_allowed() {
    let allowed = SchemaVersion::new("searched", actions())
        .encryptor(ItemEncryptor::new(Ddbec::new(provider()).unsigned_beacons()));
    for (old, new) in [(&allowed, &new()), (&new(), &allowed), (&allowed, &allowed)] {
        let text = plan(old, new).unwrap().to_string();
        assert!(text.contains("items keep their beacons") && text.contains("`rebuild_beacons`"), "{text}");
        let (_, afterwards) = text.split_once("Only after step 4:").unwrap();
        assert!(!afterwards.contains("beacons"), "{text}");
    }
    for from in [&new(), &allowed] {
        let warnings = plan(from, &old()).unwrap().warnings.join("\n");
        assert!(warnings.contains("items in \"until 2026\" have no beacons"), "{warnings}");
    }
    let later = plan(&old(), &new()).unwrap();
    assert!(!later.warnings.iter().any(|warning| warning.contains("beacons")));
    assert!(later.afterwards.iter().any(|line| line.contains("beacons: an item of the older form has none")));
}

#[test]
fn keys_and_actions_of_one_format_have_a_plan_as_well() {
    let [first, second, ..] = plan(&new(), &new()).unwrap().deployments;
    assert!(first.new_java.contains("multi-keyring") && second.new_java.contains("multi-keyring"));
    let [first, second, ..] = plan(&old(), &old()).unwrap().deployments;
    assert!(first.python.contains("before step 2") && second.python.contains("must not be in use"));
    let error = plan(&SchemaVersion::new("unknown", actions()), &new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
